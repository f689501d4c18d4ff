import type { Store } from '../../persistence/port.js'
import { type Behaviours, same } from '../kit.js'
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

/** A bot that gets its turn when nobody has spoken for 1,000 ms, and 3,000 ms after the first message at last. */
const withPatientBot = async (store: Store): Promise<void> => {
  await found(store)
  await store.enlist(vendor, bot, { debounce: { quietMs: 1_000, longestMs: 3_000 } })
}

const nextDue = async (store: Store, now: number) => (await store.waiting({ vendor, bot, now, limit: 10 })).nextDue

export const quietBehaviours: Behaviours<StoreBench> = {
  'gives what was said out when nobody has spoken for a while': async ({ subject: store }) => {
    await withPatientBot(store)
    await say(store, 'a', { at: 1_000 })
    await say(store, 'b', { at: 1_800 })
    same([await waiting(store, { now: 2_799 }), await nextDue(store, 2_799)], [[], 2_800])
    same(await waiting(store, { now: 2_800 }), [room])
    same(seqs((await begin(store, 2_800)).events), [1, 2])
  },
  'waits no longer than the longest time after the first': async ({ subject: store }) => {
    await withPatientBot(store)
    for (let at = 1_000; at < 5_000; at += 900) await say(store, `${at}`, { at })
    same([await waiting(store, { now: 3_999 }), await waiting(store, { now: 4_000 })], [[], [room]])
  },
  'waits for quiet again for what was said in a turn, and ends its lease': async ({ subject: store }) => {
    await withPatientBot(store)
    await say(store, 'a', { at: 1_000 })
    await begin(store, 2_000)
    await say(store, 'b', { at: 2_500 })
    const settled = await commit(store, commitOf('x', { processed: 1, keep: true }), 2_600)
    same(settled, { kind: 'applied', revision: 1, head: 2 })
    same([await waiting(store, { now: 3_499 }), await waiting(store, { now: 3_500 })], [[], [room]])
  },
  'keeps the lease for what was said long enough ago': async ({ subject: store }) => {
    await withPatientBot(store)
    for (const id of ['a', 'b']) await say(store, id, { at: 1_000 })
    await begin(store, 2_000)
    const settled = await commit(store, commitOf('x', { processed: 1, keep: true }), 2_600)
    same(settled.kind === 'applied' && seqs(settled.next?.events ?? []), [2])
  },
  'shows a turn that is open what is said meanwhile': async ({ subject: store }) => {
    await withPatientBot(store)
    await say(store, 'a', { at: 1_000 })
    await begin(store, 2_000)
    await say(store, 'b', { at: 2_500 })
    const work = await store.begin(vendor, room, bot, 2_500, { count: false })
    same(seqs(work?.events ?? []), [1, 2])
  },
  'lets what has failed wait for its next try, however loud it is': async ({ subject: store }) => {
    await withPatientBot(store)
    await say(store, 'a', { at: 1_000 })
    await begin(store, 2_000)
    await commit(store, { kind: 'failed', revision: 0, cause: 'boom', retryAt: 9_000 }, 2_000)
    await say(store, 'b', { at: 2_500 })
    same([await waiting(store, { now: 8_999 }), await waiting(store, { now: 9_000 })], [[], [room]])
  },
  'waits for quiet as the last commit says, rather than as the bot says of itself': async ({ subject: store }) => {
    await withPatientBot(store)
    await commit(store, commitOf('x', { debounce: { quietMs: 100, longestMs: 150 } }))
    await say(store, 'a', { at: 3_000 })
    same([await waiting(store, { now: 3_099 }), await waiting(store, { now: 3_100 })], [[], [room]])
    await commit(store, commitOf('y', { revision: 1, processed: 1 }), 3_100)
    await say(store, 'b', { at: 4_000 })
    same([await waiting(store, { now: 4_999 }), await waiting(store, { now: 5_000 })], [[], [room]])
  },
  'waits for quiet where only a commit says so': async ({ subject: store }) => {
    await withBot(store)
    for (const id of ['a', 'b']) await say(store, id, { at: 2_000 })
    const patient = commitOf('x', { processed: 1, debounce: { quietMs: 500, longestMs: 900 }, keep: true })
    same(await commit(store, patient, 2_100), { kind: 'applied', revision: 1, head: 2 })
    same([await waiting(store, { now: 2_499 }), await waiting(store, { now: 2_500 })], [[], [room]])
  },
  'gives out at once, from a commit on that says so, what waited for quiet until then': async ({ subject: store }) => {
    await withPatientBot(store)
    await commit(store, commitOf('x'), 500)
    await say(store, 'a', { at: 1_000 })
    await begin(store, 2_000)
    await say(store, 'b', { at: 2_500 })
    const atOnce = commitOf('y', { revision: 1, processed: 1, debounce: null, keep: true })
    const settled = await commit(store, atOnce, 2_600)
    same(settled.kind === 'applied' && seqs(settled.next?.events ?? []), [2])
    await say(store, 'c', { at: 2_700 })
    same(await waiting(store, { now: 2_700 }), [room])
  },
  'waits no longer than a shorter wait takes that a commit says': async ({ subject: store }) => {
    await withPatientBot(store)
    await commit(store, commitOf('x'), 500)
    await say(store, 'a', { at: 1_000 })
    await begin(store, 2_000)
    await say(store, 'b', { at: 2_500 })
    const shorter = commitOf('y', { revision: 1, processed: 1, debounce: { quietMs: 50, longestMs: 50 }, keep: true })
    const settled = await commit(store, shorter, 2_600)
    same(settled.kind === 'applied' && seqs(settled.next?.events ?? []), [2])
  },
  'remembers what a commit said of it when it is opened anew': async (bench) => {
    await withPatientBot(bench.subject)
    await commit(bench.subject, commitOf('x', { debounce: { quietMs: 100, longestMs: 150 } }))
    const store = await bench.reopen()
    await say(store, 'a', { at: 3_000 })
    same([await waiting(store, { now: 3_099 }), await waiting(store, { now: 3_100 })], [[], [room]])
  },
  'keeps what a commit said of it where a message is given up': async ({ subject: store }) => {
    await withPatientBot(store)
    await commit(store, commitOf('x', { debounce: null }))
    await say(store, 'a', { at: 3_000 })
    for (let i = 0; i < 4; i++) await store.begin(vendor, room, bot, 3_000)
    await say(store, 'b', { at: 4_000 })
    same(await waiting(store, { now: 4_000 }), [room])
  },
  'goes back to how it waited before a checkpoint whose work is given up': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { debounce: { quietMs: 100, longestMs: 150 } }))
    await say(store, 'a', { at: 3_000 })
    await commit(store, commitOf('y', { revision: 1, processed: 1, debounce: null, checkpoint: true }), 3_200)
    for (let i = 0; i < 4; i++) await store.begin(vendor, room, bot, 3_300)
    await say(store, 'b', { at: 4_000 })
    same([await waiting(store, { now: 4_099 }), await waiting(store, { now: 4_100 })], [[], [room]])
  },
  'forgets it with the state that was parked and dropped': async ({ subject: store }) => {
    await withBot(store)
    await commit(store, commitOf('x', { state: 'old', debounce: { quietMs: 100, longestMs: 150 } }))
    await commit(store, { kind: 'parked', revision: 1, reason: 'old' })
    await store.dropParked(vendor, room, bot, 2_500)
    await say(store, 'a', { at: 3_000 })
    same(await waiting(store, { now: 3_000 }), [room])
  },
}
