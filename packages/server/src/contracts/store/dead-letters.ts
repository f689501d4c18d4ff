import type { DeadLetter, Store } from '../../persistence/port.js'
import { type Behaviours, holds, same } from '../kit.js'
import {
  begin,
  bot,
  commit,
  commitOf,
  found,
  message,
  room,
  type StoreBench,
  say,
  seqs,
  vendor,
  waiting,
  withBot,
} from './fixtures.js'

const failing = (more: { seq?: number; timer?: string; revision?: number }, cause: string) =>
  ({ kind: 'failed', revision: 0, cause, ...more }) as const

/** Three tries that fail for these causes, and the fourth, which gives up. */
const giveUp = async (
  store: Store,
  culprit: { seq?: number; timer?: string; revision?: number },
  { causes = ['boom', 'boom', 'boom'], conversation = room, now = 2_000 } = {},
): Promise<void> => {
  for (const cause of causes) {
    await begin(store, now, conversation)
    await commit(store, failing(culprit, cause), now, conversation)
  }
  await store.begin(vendor, conversation, bot, now)
}

const letters = async (store: Store): Promise<readonly DeadLetter[]> =>
  (await store.deadLetters(vendor, { limit: 10 })).items

const only = async (store: Store): Promise<DeadLetter> => {
  const [letter, ...more] = await letters(store)
  holds(letter && more.length === 0, 'there is one dead letter')
  return letter as DeadLetter
}

const withDeadMessage = async (store: Store): Promise<DeadLetter> => {
  await withBot(store)
  await say(store, 'bad')
  await giveUp(store, { seq: 1 })
  return only(store)
}

export const deadLetterBehaviours: Behaviours<StoreBench> = {
  'keeps the message, and why each try failed': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'bad')
    await giveUp(store, { seq: 1 }, { causes: ['no oven', 'no oven', 'no pizza'] })
    const letter = await only(store)
    const { id, ...rest } = letter
    same(rest, {
      conversation: room,
      bot,
      revision: 1,
      at: 2_000,
      cause: 'no pizza',
      tries: ['no oven', 'no oven', 'no pizza'].map((cause) => ({ at: 2_000, cause })),
      about: { kind: 'message', seq: 1, message: { seq: 1, ...message('bad') } },
    })
    same(await store.deadLetter(vendor, id), letter)
  },
  'keeps the timer, with when it was due': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { timers: { set: [{ id: 'remind', due: 900 }], cancel: [] } }))
    await giveUp(store, { timer: 'remind', revision: 1 })
    same((await only(store)).about, { kind: 'timer', timer: { id: 'remind', due: 900 } })
  },
  'says so where the bot went away every time': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'bad')
    for (let i = 0; i < 4; i++) await store.begin(vendor, room, bot, 2_000)
    same((await only(store)).cause, 'connection lost before the turn was committed')
  },
  'lists the newest first, in pages, of a bot, a conversation or all': async ({ subject: store }) => {
    await withBot(store)
    const rooms = [room, 'bo~shop', 'cy~shop']
    for (const [i, conversation] of rooms.entries()) {
      await found(store, conversation)
      await say(store, 'bad', { from: conversation.slice(0, -'~shop'.length) }, conversation)
      await giveUp(store, { seq: 1 }, { conversation, now: 2_000 + i })
    }
    const first = await store.deadLetters(vendor, { limit: 2 })
    const second = await store.deadLetters(vendor, { limit: 2, ...(first.next && { after: first.next }) })
    const names = [...first.items, ...second.items].map(({ conversation }) => conversation)
    same([names, second.next], [rooms.toReversed(), undefined])
    const of = async (query: { bot?: string; conversation?: string }) =>
      (await store.deadLetters(vendor, { limit: 10, ...query })).items.length
    same([await of({ bot }), await of({ bot: 'x' }), await of({ conversation: room })], [3, 0, 1])
    same((await store.deadLetters('other', { limit: 10 })).items, [])
  },
  'gives a message again, with fresh tries and ahead of what waits, once': async ({ subject: store }) => {
    const { id } = await withDeadMessage(store)
    await say(store, 'next')
    await commit(store, commitOf('x', { revision: 1, processed: 2 }))
    await say(store, 'newest')
    same([await store.retryDeadLetter(vendor, id), await store.retryDeadLetter(vendor, id)], ['retried', 'unknown'])
    same(await letters(store), [])
    const { attempt, events, processed, revision } = await begin(store)
    same([attempt, seqs(events), processed], [1, [1, 3], 2])
    await commit(store, commitOf('y', { revision, processed: 2, again: [1] }))
    same(seqs((await begin(store)).events), [3])
    await commit(store, commitOf('z', { revision: revision + 1, processed: 3 }))
    same(await waiting(store), [])
  },
  'gives several messages of a conversation again in the order of the journal': async ({ subject: store }) => {
    await withBot(store)
    for (const id of ['a', 'b']) await say(store, id)
    await giveUp(store, { seq: 1 })
    for (let i = 0; i < 2; i++) await commit(store, failing({ seq: 2, revision: 1 }, 'boom'))
    await giveUp(store, { seq: 2, revision: 1 }, { causes: ['boom', 'boom'] })
    for (const { id } of await letters(store)) same(await store.retryDeadLetter(vendor, id), 'retried')
    same(seqs((await begin(store)).events), [1, 2])
  },
  'gives a message again that was passed over and is not behind yet': async ({ subject: store }) => {
    await withBot(store)
    for (const id of ['a', 'bad']) await say(store, id)
    await giveUp(store, { seq: 2 })
    await store.retryDeadLetter(vendor, (await only(store)).id)
    same(seqs((await begin(store)).events), [1, 2])
    await commit(store, commitOf('x', { revision: 1, processed: 2 }))
    same(await waiting(store), [])
  },
  'keeps what is given again until it is handled, also when it is opened anew': async (bench) => {
    const { id } = await withDeadMessage(bench.subject)
    await bench.subject.retryDeadLetter(vendor, id)
    const store = await bench.reopen()
    same(await waiting(store), [room])
    await say(store, 'other')
    const { revision } = await begin(store)
    await commit(store, commitOf('x', { revision, processed: 1, state: { only: 'a timer was handled' } }))
    same(seqs((await begin(store)).events), [1, 2])
  },
  'sets aside anew what fails again': async ({ subject: store }) => {
    const first = await withDeadMessage(store)
    await store.retryDeadLetter(vendor, first.id)
    await giveUp(store, { seq: 1, revision: 1 }, { causes: ['still', 'still', 'still'] })
    const second = await only(store)
    same([second.id === first.id, second.cause, second.revision], [false, 'still', 2])
    same(await waiting(store), [])
  },
  'gives a timer again, unless the bot has set it anew': async ({ subject: store }) => {
    await withBot(store)
    const timers = { set: [{ id: 't', due: 1_500 }], cancel: [] }
    await commit(store, commitOf('x', { timers }))
    await giveUp(store, { timer: 't', revision: 1 })
    const { id } = await only(store)
    await say(store, 'a')
    await commit(
      store,
      commitOf('y', { revision: 2, processed: 1, timers: { set: [{ id: 't', due: 8_000 }], cancel: [] } }),
    )
    same(await store.retryDeadLetter(vendor, id), {
      refused: 'The bot has set the timer "t" anew since: drop the letter',
    })
    await commit(store, commitOf('z', { revision: 3, processed: 1, timers: { set: [], cancel: ['t'] } }))
    same(await store.retryDeadLetter(vendor, id), 'retried')
    same((await begin(store)).timers, [{ id: 't', due: 1_500 }])
  },
  'keeps what a queue has given up, once, beside what bots have': async ({ subject: store }) => {
    await withDeadMessage(store)
    const letter = { conversation: room, client: 'desk', group: 'workers', seq: 1, at: 3_000 }
    const tries = [{ at: 2_500, cause: 'no such order' }]
    for (const at of [3_000, 4_000]) await store.keepQueueLetter(vendor, { ...letter, at, tries })
    const [newest, other, ...more] = await letters(store)
    same(newest, {
      id: `${room}/desk/1/workers`,
      conversation: room,
      bot: 'desk',
      group: 'workers',
      revision: 0,
      at: 4_000,
      cause: 'no such order',
      tries,
      about: { kind: 'message', seq: 1, message: { seq: 1, ...message('bad') } },
    })
    same([other?.bot, more.length], [bot, 0])
    same(await store.deadLetter(vendor, `${room}/desk/1/workers`), newest)
    const page = await store.deadLetters(vendor, { limit: 1 })
    same((await store.deadLetters(vendor, { limit: 1, after: page.next as string })).items, [other])
    holds(typeof (await store.retryDeadLetter(vendor, `${room}/desk/1/workers`)) === 'object', 'a queue gives it again')
    same(await store.dropDeadLetter(vendor, `${room}/desk/1/workers`), true)
    same((await letters(store)).length, 1)
  },
  'drops a letter once, and gives nothing': async ({ subject: store }) => {
    const { id } = await withDeadMessage(store)
    same([await store.dropDeadLetter(vendor, id), await store.dropDeadLetter(vendor, id)], [true, false])
    same([await letters(store), await waiting(store)], [[], []])
    same(await store.retryDeadLetter(vendor, id), 'unknown')
  },
  'knows no letter of another vendor, and none that never was': async ({ subject: store }) => {
    const { id } = await withDeadMessage(store)
    for (const name of ['', 'x', `${room}/${bot}/99`, '////'])
      same(await store.retryDeadLetter(vendor, name), 'unknown')
    same([await store.deadLetter('other', id), await store.dropDeadLetter('other', id)], [undefined, false])
  },
}
