import type { Store, StoredState } from '../../persistence/port.js'
import { type Behaviours, holds, same } from '../kit.js'
import { bot, commit, commitOf, found, room, type StoreBench, say, vendor, withBot } from './fixtures.js'

/** Has the shop store this state in the conversation. */
const keep = async (store: Store, conversation: string, state: unknown): Promise<void> => {
  await found(store, conversation)
  await say(store, 'a', { from: conversation.split('~')[0] ?? '' }, conversation)
  await commit(store, commitOf('x', { processed: 1, state }), 2_000, conversation)
}

const withStates = async (store: Store, ...conversations: readonly string[]): Promise<void> => {
  await withBot(store)
  for (const conversation of conversations) await keep(store, conversation, { of: conversation })
}

/** All pages of so many, and how many pages there were. */
const inPages = async (store: Store, limit: number): Promise<{ states: StoredState[]; pages: number }> => {
  const states: StoredState[] = []
  let after: string | undefined
  for (let pages = 1; ; pages++) {
    const page = await store.botStates(vendor, { bot, limit, ...(after !== undefined && { after }) })
    holds(page.items.length <= limit, 'a page has no more than was asked for')
    states.push(...page.items)
    after = page.next
    if (after === undefined) return { states, pages }
  }
}

export const botStateBehaviours: Behaviours<StoreBench> = {
  'lists what a bot has stored, by conversation, in pages': async ({ subject: store }) => {
    await withStates(store, 'cy~shop', room, 'bo~shop')
    const { states, pages } = await inPages(store, 2)
    holds(pages >= 2, 'there is more than one page')
    same(
      states,
      [room, 'bo~shop', 'cy~shop'].map((conversation) => ({
        ...{ conversation, revision: 1, state: { of: conversation } },
      })),
    )
  },
  'lists the states of this bot and this vendor alone': async ({ subject: store }) => {
    await withStates(store, room)
    await store.enlist(vendor, 'other', {})
    await store.conversation(vendor, 'both', { members: ['ana', bot, 'other'], at: 500 })
    await store.append(vendor, 'both', { from: 'ana', id: 'a', at: 1_000, type: 'text', payload: new Uint8Array() })
    await store.commit(vendor, 'both', 'other', 2_000, commitOf('y', { processed: 1, state: { of: 'other' } }))
    same(
      (await inPages(store, 10)).states.map(({ conversation }) => conversation),
      [room],
    )
    same((await store.botStates(vendor, { bot: 'other', limit: 10 })).items.length, 1)
    same(await store.botStates('another', { bot, limit: 10 }), { items: [] })
  },
  'says of a parked state why it is parked': async ({ subject: store }) => {
    await withStates(store, room)
    await commit(store, { kind: 'parked', revision: 1, reason: 'no such state' })
    same((await inPages(store, 10)).states, [
      { conversation: room, revision: 1, state: { of: room }, parked: 'no such state' },
    ])
  },
  'leaves out where no run is going on, and where the bot can’t go on': async ({ subject: store }) => {
    await withBot(store)
    await keep(store, room, null)
    await store.conversation(vendor, 'gone', { members: ['ana', bot], at: 500 })
    await store.append(vendor, 'gone', { from: 'ana', id: 'a', at: 1_000, type: 'text', payload: new Uint8Array() })
    await commit(store, commitOf('x', { processed: 1, state: {} }), 2_000, 'gone')
    same((await inPages(store, 10)).states.length, 1)
    await store.changeMembers(vendor, 'gone', { change: 'closed', from: 'ana', id: 'c', at: 3_000 })
    same((await inPages(store, 10)).states, [])
  },
  'lists the same when it is opened anew': async (bench) => {
    await withStates(bench.subject, room, 'bo~shop')
    const before = await inPages(bench.subject, 1)
    same(await inPages(await bench.reopen(), 1), before)
  },
}
