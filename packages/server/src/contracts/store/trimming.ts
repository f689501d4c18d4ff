import { writeBody } from '@daakia/protocol'
import type { Store, TrimTerms } from '../../persistence/port.js'
import type { Behaviours } from '../kit.js'
import { rejectsWith, same } from '../kit.js'
import {
  begin,
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

const day = 24 * 60 * 60 * 1_000

const trim = (store: Store, terms: Partial<TrimTerms>) =>
  store.trim(vendor, room, { now: 100_000, limit: 100, ...terms })

const sayMany = async (store: Store, count: number): Promise<void> => {
  for (let i = 1; i <= count; i++) await say(store, `m${i}`, { at: i * 1_000 })
}

const kept = async (store: Store) => seqs(await store.read(vendor, room, { limit: 100 }))

const bounds = async (store: Store) => {
  const conversation = await store.conversation(vendor, room)
  return [conversation?.first, conversation?.head]
}

export const trimmingBehaviours: Behaviours<StoreBench> = {
  'keeps everything where no terms say otherwise': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 3)
    same(await trim(store, {}), { removed: 0, first: 1, more: false })
    same(await kept(store), [1, 2, 3])
  },
  'removes what is too old, and tells the first that is left': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 5)
    same(await trim(store, { olderThan: 3_000 }), { removed: 2, first: 3, more: false })
    same(
      [await kept(store), await bounds(store)],
      [
        [3, 4, 5],
        [3, 5],
      ],
    )
  },
  'removes what is more than the newest': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 5)
    await trim(store, { newest: 2 })
    same(
      [await kept(store), await bounds(store)],
      [
        [4, 5],
        [4, 5],
      ],
    )
  },
  'removes what is beyond either of the terms': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 5)
    await trim(store, { newest: 4, olderThan: 4_000 })
    same(await kept(store), [4, 5])
    await trim(store, { newest: 1, olderThan: 1_000 })
    same(await kept(store), [5])
  },
  'removes so many at once, and says that there may be more': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 5)
    same(await trim(store, { newest: 1, limit: 3 }), { removed: 3, first: 4, more: true })
    same(await kept(store), [4, 5])
    same(await trim(store, { newest: 1, limit: 3 }), { removed: 1, first: 5, more: false })
  },
  'leaves no hole where the clock was set back': async ({ subject: store }) => {
    await found(store)
    for (const [i, at] of [1_000, 9_000, 2_000, 8_000].entries()) await say(store, `m${i}`, { at })
    await trim(store, { olderThan: 5_000 })
    same(await kept(store), [2, 3, 4])
    same(await store.seqAt(vendor, room, 8_500), 2)
    await trim(store, { newest: 2 })
    same(await store.seqAt(vendor, room, 8_000), 4)
  },
  'can remove all, and gives no number again, nor when it is opened anew then': async (bench) => {
    await found(bench.subject)
    await sayMany(bench.subject, 3)
    await trim(bench.subject, { newest: 0 })
    same([await kept(bench.subject), await bounds(bench.subject)], [[], [4, 3]])
    same(await trim(bench.subject, { newest: 0 }), { removed: 0, first: 4, more: false })
    let store = await bench.reopen()
    same(await bounds(store), [4, 3])
    same((await say(store, 'next')).seq, 4)
    same([await kept(store), await bounds(store)], [[4], [4, 4]])
    await trim(store, { newest: 0 })
    store = await bench.reopen()
    same((await say(store, 'after that')).seq, 5)
  },
  'reads and finds as if what was removed had never been': async ({ subject: store }) => {
    await found(store)
    await sayMany(store, 5)
    await say(store, 'r', { ...writeBody('reaction', { seq: 2, reaction: '👍' }), at: 6_000 })
    await trim(store, { newest: 3 })
    const read = async (range: { after?: number; before?: number; limit: number }) =>
      seqs(await store.read(vendor, room, range))
    same(await read({ after: 0, limit: 1 }), [4])
    same(await read({ after: 0, before: 4, limit: 10 }), [])
    same(await read({ before: 5, limit: 10 }), [4])
    same(await store.seqAt(vendor, room, 0), 4)
    same(seqs(await store.referring(vendor, room, [2])), [6])
    await trim(store, { newest: 0 })
    same(await store.referring(vendor, room, [2]), [])
    same(await store.seqAt(vendor, room, 0), 7)
    await say(store, 'new')
    same(await read({ after: 0, limit: 1 }), [7])
    same(await read({ limit: 1 }), [7])
  },
  'knows the id of a removed message for 7 days, also when it is opened anew': async (bench) => {
    await found(bench.subject)
    await say(bench.subject, 'a', { at: 1_000 })
    await trim(bench.subject, { newest: 0, now: 2_000 })
    const again = { seq: 1, at: 1_000, duplicate: true }
    same(await say(bench.subject, 'a', { at: 3_000 }), again)
    const store = await bench.reopen()
    same(await store.forgetIds(7 * day + 999, 100), 0)
    same(await say(store, 'a', { at: 7 * day }), again)
    same(await store.forgetIds(7 * day + 1_000, 100), 1)
    same(await say(store, 'a', { at: 7 * day + 1_000 }), { seq: 2, at: 7 * day + 1_000, duplicate: false })
    same(await store.forgetIds(30 * day, 100), 0)
    same((await say(store, 'a')).duplicate, true)
  },
  'forgets with a message older than that its id at once': async ({ subject: store }) => {
    await found(store)
    await say(store, 'a', { at: 1_000 })
    await trim(store, { newest: 0, now: 7 * day + 1_000 })
    same(await say(store, 'a', { at: 8 * day }), { seq: 2, at: 8 * day, duplicate: false })
  },
  'forgets ids of all vendors, so many at once': async ({ subject: store }) => {
    for (const each of ['acme', 'other']) {
      await store.conversation(each, room, { members: ['ana', 'shop'], at: 1 })
      for (const id of ['a', 'b']) await store.append(each, room, message(id))
      await store.trim(each, room, { newest: 0, now: 2_000, limit: 10 })
    }
    same(await store.forgetIds(30 * day, 3), 3)
    same(await store.forgetIds(30 * day, 3), 1)
  },
  'keeps what waits for a bot, and what came after it': async ({ subject: store }) => {
    await withBot(store)
    await sayMany(store, 4)
    same(await trim(store, { newest: 0 }), { removed: 0, first: 1, more: false })
    const { revision } = await begin(store)
    await commit(store, commitOf('x', { revision, processed: 2 }))
    await trim(store, { newest: 0 })
    same(await kept(store), [3, 4])
    same(seqs((await begin(store)).events), [3, 4])
    await commit(store, commitOf('y', { revision: 1, processed: 4 }))
    await trim(store, { newest: 0 })
    same([await kept(store), await bounds(store), await waiting(store)], [[], [5, 4], []])
    await say(store, 'next')
    same(seqs((await begin(store)).events), [5])
  },
  'keeps what is set for a conversation, and takes it away again': async (bench) => {
    await rejectsWith(bench.subject.retain(vendor, room, { maximumMessages: 5 }), 'UnknownConversation')
    await found(bench.subject)
    await bench.subject.retain(vendor, room, { maximumMessages: 5 })
    const store = await bench.reopen()
    same((await store.conversation(vendor, room))?.retention, { maximumMessages: 5 })
    await store.retain(vendor, room, undefined)
    same((await store.conversation(vendor, room))?.retention, undefined)
  },
  'lists conversations in order, all or those with terms of their own': async ({ subject: store }) => {
    for (const id of ['ana~bo', 'ana~cy', 'ana~di']) await found(store, id)
    await store.conversation('other', 'ana~bo', { members: ['ana', 'bo'], at: 1 })
    await store.retain(vendor, 'ana~cy', { maximumAgeSeconds: 60 })
    const first = await store.kept({ configured: false, limit: 2 })
    same(first, [
      { vendor, id: 'ana~bo' },
      { vendor, id: 'ana~cy', retention: { maximumAgeSeconds: 60 } },
    ])
    same(await store.kept({ configured: false, limit: 5, after: { vendor, id: 'ana~cy' } }), [
      { vendor, id: 'ana~di' },
      { vendor: 'other', id: 'ana~bo' },
    ])
    same(await store.kept({ configured: true, limit: 5 }), [first[1]])
  },
}
