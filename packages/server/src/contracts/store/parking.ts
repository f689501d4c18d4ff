import type { Store } from '../../persistence/port.js'
import { type Behaviours, holds, same } from '../kit.js'
import {
  begin,
  bot,
  commit,
  commitOf,
  found,
  room,
  type StoreBench,
  say,
  seqs,
  vendor,
  waiting,
  withBot,
} from './fixtures.js'

const withParkedState = async (store: Store): Promise<void> => {
  await withBot(store)
  await say(store, 'a')
  await commit(store, commitOf('x', { processed: 1, state: { old: true } }))
  await say(store, 'b')
  await commit(store, { kind: 'parked', revision: 1, reason: 'the state does not fit' })
}

const parkedBecause = async (store: Store) => (await store.conversation(vendor, room))?.bots[0]?.parked

export const parkingBehaviours: Behaviours<StoreBench> = {
  'does not offer a parked state to the version that could not restore it': async ({ subject: store }) => {
    await withParkedState(store)
    same(await waiting(store), [])
    same(await waiting(store, { version: '1' }), [])
    same(await store.begin(vendor, room, bot, 2_000), undefined)
    same(await parkedBecause(store), 'the state does not fit')
  },
  'offers it, whole, when another version is enlisted': async ({ subject: store }) => {
    await withParkedState(store)
    await store.enlist(vendor, bot, { version: '2' })
    same(await waiting(store), [room])
    const { stateJson, attempt, revision } = await begin(store)
    same({ stateJson, attempt, revision }, { stateJson: '{"old":true}', attempt: 1, revision: 1 })
  },
  'offers it to another version that asks, while the old one is enlisted too': async ({ subject: store }) => {
    await withParkedState(store)
    same(await waiting(store, { version: '2' }), [room])
    same((await store.begin(vendor, room, bot, 2_000, { version: '2' }))?.revision, 1)
    same(await waiting(store, { version: '1' }), [])
  },
  'is parked no more after a commit': async ({ subject: store }) => {
    await withParkedState(store)
    await store.enlist(vendor, bot, { version: '2' })
    await commit(store, commitOf('y', { revision: 1, processed: 2 }))
    same(await parkedBecause(store), undefined)
    await store.enlist(vendor, bot, { version: '1' })
    await say(store, 'c')
    same(await waiting(store), [room])
  },
  'tells of parked states why, which version, since when, and what they hold': async ({ subject: store }) => {
    await withParkedState(store)
    const about = { conversation: room, bot, reason: 'the state does not fit', version: '1', since: 2_000, revision: 1 }
    same(await store.parkedStates(vendor, { limit: 10 }), { items: [about] })
    same(await store.parkedState(vendor, room, bot), { ...about, state: { old: true } })
    same(await store.parkedState(vendor, room, 'another'), undefined)
    same(await store.parkedStates('other', { limit: 10 }), { items: [] })
    same([...(await store.parkedCounts())], [[vendor, 1]])
  },
  'lists parked states in pages, of one bot or of all': async ({ subject: store }) => {
    await withParkedState(store)
    for (const other of ['bo~shop', 'cy~shop']) {
      await found(store, other)
      await say(store, 'a', { from: other.slice(0, 2) }, other)
      await commit(store, { kind: 'parked', revision: 0, reason: 'no' }, 2_000, other)
    }
    const first = await store.parkedStates(vendor, { bot, limit: 2 })
    holds(first.next, 'there is another page')
    const second = await store.parkedStates(vendor, { limit: 2, ...(first.next && { after: first.next }) })
    const names = [...first.items, ...second.items].map(({ conversation }) => conversation)
    same([names, second.next], [[room, 'bo~shop', 'cy~shop'], undefined])
    same(await store.parkedStates(vendor, { bot: 'another', limit: 2 }), { items: [] })
  },
  'offers a parked state again where an operator says so': async ({ subject: store }) => {
    await withParkedState(store)
    same([await store.retryParked(vendor, room, bot), await store.retryParked(vendor, room, bot)], [true, false])
    same(await waiting(store, { version: '1' }), [room])
    same((await begin(store)).stateJson, '{"old":true}')
    same(await parkedBecause(store), undefined)
  },
  'forgets a parked state and its timers where an operator says so, and keeps it as a dead letter': async ({
    subject: store,
  }) => {
    await withParkedState(store)
    const set = [{ id: 't', due: 9_000 }]
    await store.retryParked(vendor, room, bot)
    await commit(store, commitOf('y', { revision: 1, processed: 1, state: { old: 2 }, timers: { set, cancel: [] } }))
    await commit(store, { kind: 'parked', revision: 2, reason: 'no' })
    same(
      [await store.dropParked(vendor, room, bot, 3_000), await store.dropParked(vendor, room, bot, 3_000)],
      [true, false],
    )
    const { stateJson, revision, commitId, events } = await begin(store, 4_000)
    same([stateJson, revision, commitId, seqs(events)], ['null', 3, null, [2]])
    same((await begin(store, 10_000)).timers, [])
    const { items } = await store.deadLetters(vendor, { limit: 10 })
    same(
      items.map(({ about, cause, revision }) => ({ about, cause, revision })),
      [{ about: { kind: 'state', state: { old: 2 } }, cause: 'no', revision: 3 }],
    )
    same(await store.retryDeadLetter(vendor, items[0]?.id ?? ''), {
      refused: 'A state is not given to a bot again: drop the letter when nobody needs it',
    })
  },
  'drops nothing where a turn that came to a checkpoint was given up': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await commit(store, commitOf('x', { processed: 1 }))
    await say(store, 'b')
    await commit(store, commitOf('y', { revision: 1, processed: 1, state: 'at work', checkpoint: true }))
    while ((await begin(store)).revision === 2) await commit(store, { kind: 'failed', revision: 2, cause: 'no' })
    const { items } = await store.deadLetters(vendor, { limit: 10 })
    same(
      items.map(({ about }) => about),
      [{ kind: 'state', state: 'at work' }],
    )
    same(await store.dropParked(vendor, room, bot, 9_000), false)
  },
  'drops nothing where what was dropped was parked once more, and offered again': async ({ subject: store }) => {
    await withParkedState(store)
    await store.dropParked(vendor, room, bot, 3_000)
    await commit(store, { kind: 'parked', revision: 2, reason: 'again' }, 3_000)
    await store.retryParked(vendor, room, bot)
    same(await store.dropParked(vendor, room, bot, 4_000), false)
    same((await store.deadLetters(vendor, { limit: 10 })).items.length, 1)
  },
  'stays parked when it is opened anew': async (bench) => {
    await withParkedState(bench.subject)
    const store = await bench.reopen()
    same(await waiting(store), [])
    same(await parkedBecause(store), 'the state does not fit')
  },
}
