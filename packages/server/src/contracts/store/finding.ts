import { writeBody } from '@daakia/protocol'
import type { Store } from '../../persistence/port.js'
import type { Behaviours } from '../kit.js'
import { same } from '../kit.js'
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
  withBot,
} from './fixtures.js'

/** Says a message at each of these times. */
const sayAt = async (store: Store, times: readonly number[]): Promise<void> => {
  for (const [i, at] of times.entries()) await say(store, `at-${i}-${at}`, { at })
}

const seqsAt = (store: Store, times: readonly number[]) =>
  Promise.all(times.map((time) => store.seqAt(vendor, room, time)))

const react = (store: Store, id: string, seq: number) =>
  say(store, id, { ...writeBody('reaction', { seq, reaction: '👍' }) })

export const findingBehaviours: Behaviours<StoreBench> = {
  'finds the first message of a time, and the end where there is none': async ({ subject: store }) => {
    await found(store)
    same(await seqsAt(store, [0, 5_000]), [1, 1])
    await sayAt(store, [1_000, 2_000, 2_000, 2_000, 3_000])
    same(await seqsAt(store, [0, 1_000, 1_001, 2_000, 2_001, 3_000, 3_001]), [1, 1, 2, 2, 5, 5, 6])
  },
  'finds a time in a long journal': async ({ subject: store }) => {
    await found(store)
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => say(store, `m${i}`, { at: 10 * (i + 1) })))
    same(await seqsAt(store, [10, 4_995, 5_000, 5_001, 10_000]), [1, 500, 500, 501, 1_000])
  },
  'finds the first message of a time though the clock was set back': async ({ subject: store }) => {
    await found(store)
    await sayAt(store, [1_000, 5_000, 2_000, 3_000, 1_500, 6_000, 7_000])
    same(await seqsAt(store, [1_000, 1_001, 2_500, 5_000, 5_001, 6_001, 7_001]), [1, 2, 2, 2, 6, 7, 8])
  },
  'finds it as well where the clock was set back while it was closed': async (bench) => {
    await found(bench.subject)
    await sayAt(bench.subject, [1_000, 500_000])
    const store = await bench.reopen()
    await sayAt(store, [2_000, 3_000, 600_000])
    same(await seqsAt(store, [1_000, 2_000, 3_000, 500_001]), [1, 2, 2, 5])
  },
  'finds edits, deletions and reactions by the messages that they refer to': async ({ subject: store }) => {
    await found(store)
    for (const id of ['a', 'b', 'c']) await say(store, id)
    await react(store, 'r1', 2)
    await say(store, 'e1', { ...writeBody('edit', { seq: 1, text: 'A' }) })
    await say(store, 'd1', { from: 'shop', ...writeBody('delete', { seq: 2 }) })
    same(seqs(await store.referring(vendor, room, [2])), [4, 6])
    same(seqs(await store.referring(vendor, room, [1, 2, 3])).sort(), [4, 5, 6])
    same(await store.referring(vendor, room, [3]), [])
    same(await store.referring('other', room, [2]), [])
    const [edit] = await store.referring(vendor, room, [1])
    same(edit, { seq: 5, ...message('e1', writeBody('edit', { seq: 1, text: 'A' })) })
  },
  'finds none for a message that comes later, nor in what can’t be read': async ({ subject: store }) => {
    await found(store)
    await react(store, 'r1', 3)
    await say(store, 'broken', { type: 'edit', payload: new Uint8Array([0xff]) })
    await say(store, 'c')
    same(await store.referring(vendor, room, [1, 2, 3]), [])
  },
  'finds what a bot said of a message, also when it is opened anew': async (bench) => {
    await withBot(bench.subject)
    await say(bench.subject, 'a')
    const { revision } = await begin(bench.subject)
    const messages = [writeBody('reaction', { seq: 1, reaction: '👍' })]
    await commit(bench.subject, commitOf('x', { revision, processed: 1, messages }))
    same(seqs(await (await bench.reopen()).referring(vendor, room, [1])), [2])
  },
}
