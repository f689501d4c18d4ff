import type { Store } from '../../persistence/port.js'
import { type Behaviours, same } from '../kit.js'
import { begin, bot, commit, commitOf, room, type StoreBench, say, seqs, vendor, waiting, withBot } from './fixtures.js'

const failed = (retryAt: number) => ({ kind: 'failed', revision: 0, seq: 1, cause: 'boom', retryAt }) as const

const nextDue = async (store: Store, now: number) => (await store.waiting({ vendor, bot, now, limit: 10 })).nextDue

/** Ana's first message failed at 2,000 and is to be tried again at 5,000. */
const withFailure = async (store: Store): Promise<void> => {
  await withBot(store)
  await say(store, 'a')
  await begin(store)
  await commit(store, failed(5_000))
}

export const retryBehaviours: Behaviours<StoreBench> = {
  'gives what has failed out again when it is time, and tells when that is': async ({ subject: store }) => {
    await withFailure(store)
    same([await waiting(store, { now: 4_999 }), await nextDue(store, 4_999)], [[], 5_000])
    same(await store.begin(vendor, room, bot, 4_999), undefined)
    same([await waiting(store, { now: 5_000 }), await nextDue(store, 5_000)], [[room], undefined])
    same((await begin(store, 5_000)).attempt, 2)
  },
  'still waits when it is opened anew': async (bench) => {
    await withFailure(bench.subject)
    const store = await bench.reopen()
    same([await waiting(store, { now: 4_999 }), await waiting(store, { now: 5_000 })], [[], [room]])
  },
  'lets what comes meanwhile wait behind it, messages and timers alike': async ({ subject: store }) => {
    await withBot(store)
    const set = [{ id: 't', due: 3_000 }]
    await commit(store, commitOf('x', { timers: { set, cancel: [] } }))
    await say(store, 'a')
    await begin(store)
    await commit(store, { ...failed(5_000), revision: 1 })
    await say(store, 'b', { at: 3_500 })
    same([await waiting(store, { now: 4_000 }), await store.begin(vendor, room, bot, 4_000)], [[], undefined])
    const { events, timers } = await begin(store, 5_000)
    same([seqs(events), timers.length], [[1, 2], 1])
  },
  'holds one conversation back, and no other': async ({ subject: store }) => {
    await withFailure(store)
    await store.conversation(vendor, 'bo~shop', { members: ['bo', 'shop'], at: 1 })
    await say(store, 'a', { from: 'bo' }, 'bo~shop')
    same(await waiting(store), ['bo~shop'])
  },
  'does not wait before it gives up': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    for (let i = 0; i < 3; i++) {
      await begin(store, 10_000 * i)
      await commit(store, failed(10_000 * i + 5_000), 10_000 * i)
    }
    same(await waiting(store, { now: 20_001 }), [room])
    same(await store.begin(vendor, room, bot, 20_001), undefined)
    same((await store.deadLetters(vendor, { limit: 1 })).items.length, 1)
  },
  'waits no more after something was handled': async ({ subject: store }) => {
    await withFailure(store)
    await commit(store, commitOf('x', { processed: 1 }))
    await say(store, 'b', { at: 2_500 })
    same(await waiting(store, { now: 3_000 }), [room])
    same((await begin(store, 3_000)).attempt, 1)
  },
  'does not wait for longer than any retry does where the clock was put back': async ({ subject: store }) => {
    await withBot(store)
    await say(store, 'a')
    await begin(store)
    const day = 86_400_000
    await commit(store, failed(day + 5_000), day)
    same(await waiting(store, { now: 2_000 }), [room])
    same((await begin(store, 2_000)).attempt, 2)
  },
  'offers nothing where what failed is gone by then': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { timers: { set: [{ id: 't', due: 1_500 }], cancel: [] } }))
    await begin(store)
    await commit(store, { kind: 'failed', revision: 1, timer: 't', cause: 'boom', retryAt: 5_000 })
    await commit(store, { kind: 'parked', revision: 1, reason: 'no' })
    await store.dropParked(vendor, room, bot, 3_000)
    same([await waiting(store, { now: 6_000 }), await store.begin(vendor, room, bot, 6_000)], [[], undefined])
  },
  'does not lose a wake-up while the turn goes on': async ({ subject: store }) => {
    await withFailure(store)
    await begin(store, 5_000)
    await commit(store, commitOf('x', { processed: 1, messages: [] }), 5_000)
    same([await waiting(store, { now: 5_000 }), await nextDue(store, 5_000)], [[], undefined])
  },
}
