import type { Archived, ArchiveTerms, Run, Store } from '../../persistence/port.js'
import type { Behaviours } from '../kit.js'
import { same } from '../kit.js'
import { begin, bot, commit, commitOf, found, room, type StoreBench, say, seqs, vendor, withBot } from './fixtures.js'

const plan = (store: Store, terms: Partial<ArchiveTerms> = {}) =>
  store.planSegment(vendor, room, { now: 100_000, limit: 10, mostBytes: 1_000, ...terms })

const segmentOf = (run: Run) => ({ ...run, highest: 9_000, sha256: 'a hash' })

const settle = (store: Store, run: Run) => store.settlePlan(vendor, room, run, segmentOf(run))

const trim = async (store: Store, limit = 100) => {
  const { removed, first } = await store.trim(vendor, room, { archived: true, now: 100_000, limit })
  return [removed, first]
}

const withMessages = async (store: Store, count: number): Promise<void> => {
  await found(store)
  for (let i = 1; i <= count; i++) await say(store, `m${i}`, { at: i * 1_000 })
}

const seqsOf = ({ segments }: Archived) => segments.map(({ first }) => first)

const kept = async (store: Store) => seqs(await store.read(vendor, room, { limit: 100 }))

const from = async (store: Store) => (await store.conversation(vendor, room))?.archivedFrom

export const archivingBehaviours: Behaviours<StoreBench> = {
  'plans the oldest messages that are beyond the terms, and nothing where none are': async ({ subject: store }) => {
    same(await plan(store, { newest: 0 }), undefined)
    await withMessages(store, 5)
    same(await plan(store), undefined)
    same(await plan(store, { olderThan: 1_000 }), undefined)
    same(await plan(store, { newest: 3, limit: 1 }), { first: 1, last: 1 })
  },
  'answers the same plan until it is settled, whatever is asked for, and when it is opened anew': async (bench) => {
    await withMessages(bench.subject, 5)
    same(await plan(bench.subject, { olderThan: 3_000 }), { first: 1, last: 2 })
    same(await plan(bench.subject, { newest: 0 }), { first: 1, last: 2 })
    const store = await bench.reopen()
    same(await plan(store, { olderThan: 0 }), { first: 1, last: 2 })
    same(await store.archived(vendor, room), { first: 1, segments: [] })
    same([await settle(store, { first: 1, last: 2 }), await settle(store, { first: 1, last: 2 })], [true, false])
    same(await plan(store, { olderThan: 3_000 }), undefined)
    same(await plan(store, { newest: 1 }), { first: 3, last: 4 })
  },
  'settles what was planned, and nothing else': async ({ subject: store }) => {
    await withMessages(store, 5)
    await plan(store, { newest: 2 })
    for (const run of [
      { first: 1, last: 2 },
      { first: 2, last: 3 },
    ])
      same(await settle(store, run), false)
    same((await store.archived(vendor, room)).segments, [])
    same(await settle(store, { first: 1, last: 3 }), true)
    same((await store.archived(vendor, room)).segments, [segmentOf({ first: 1, last: 3 })])
  },
  'plans anew what was given up': async ({ subject: store }) => {
    await withMessages(store, 5)
    await plan(store, { newest: 4 })
    same(await store.settlePlan(vendor, room, { first: 1, last: 1 }, undefined), true)
    same(await plan(store, { newest: 2 }), { first: 1, last: 3 })
  },
  'fills a file with so many bytes, or with one message': async ({ subject: store }) => {
    await found(store)
    for (const [i, size] of [400, 400, 400, 3_000, 10].entries())
      await say(store, `m${i}`, { payload: new Uint8Array(size) })
    const runs: unknown[] = []
    for (let run = await plan(store, { newest: 0 }); run; run = await plan(store, { newest: 0 })) {
      runs.push([run.first, run.last])
      await settle(store, run)
    }
    same(runs, [
      [1, 2],
      [3, 3],
      [4, 4],
      [5, 5],
    ])
  },
  'waits with a file that is not full until its oldest message is old enough': async ({ subject: store }) => {
    await withMessages(store, 5)
    same(await plan(store, { newest: 0, limit: 6, partialBefore: 1_000 }), undefined)
    same(await plan(store, { newest: 1, limit: 5, partialBefore: 1_000 }), undefined)
    same(await plan(store, { newest: 1, limit: 4, partialBefore: 1_000 }), { first: 1, last: 4 })
    await settle(store, { first: 1, last: 4 })
    same(await plan(store, { newest: 0, partialBefore: 5_001 }), { first: 5, last: 5 })
  },
  'trims what is in the archive, and no more': async ({ subject: store }) => {
    await withMessages(store, 6)
    same(await trim(store), [0, 1])
    await plan(store, { newest: 2 })
    same(await trim(store), [0, 1])
    await settle(store, { first: 1, last: 4 })
    same(
      [await trim(store, 3), await trim(store), await trim(store)],
      [
        [3, 4],
        [1, 5],
        [0, 5],
      ],
    )
    same(await kept(store), [5, 6])
    await plan(store, { newest: 0 })
    same(await trim(store), [0, 5])
  },
  'tells where the archive begins, as far as the journal does not have it': async (bench) => {
    await withMessages(bench.subject, 6)
    await bench.subject.trim(vendor, room, { newest: 5, now: 100_000, limit: 10 })
    same(await from(bench.subject), undefined)
    same(await plan(bench.subject, { newest: 2 }), { first: 2, last: 4 })
    await settle(bench.subject, { first: 2, last: 4 })
    same(await from(bench.subject), undefined)
    await trim(bench.subject)
    const store = await bench.reopen()
    same(await from(store), 2)
    same(await store.archived(vendor, room), { first: 5, segments: [segmentOf({ first: 2, last: 4 })] })
  },
  'goes on counting where all is in the archive': async (bench) => {
    await withMessages(bench.subject, 3)
    await plan(bench.subject, { newest: 0 })
    await settle(bench.subject, { first: 1, last: 3 })
    await trim(bench.subject)
    const store = await bench.reopen()
    same((await say(store, 'm3', { at: 3_000 })).duplicate, true)
    same((await say(store, 'next')).seq, 4)
    same(await plan(store, { newest: 0 }), { first: 4, last: 4 })
  },
  'keeps what waits for a bot, be it in the archive or not': async ({ subject: store }) => {
    await withBot(store)
    for (let i = 1; i <= 3; i++) await say(store, `m${i}`, { at: i * 1_000 })
    same(await plan(store, { newest: 0 }), undefined)
    const { revision } = await begin(store)
    await commit(store, commitOf('x', { revision, processed: 2 }))
    same(await plan(store, { newest: 0 }), { first: 1, last: 2 })
    await settle(store, { first: 1, last: 2 })
    same(await trim(store), [2, 3])
    same([seqs((await begin(store)).events), bot], [[3], 'shop'])
  },
  'plans nothing of what retention took, and leaves a gap there': async ({ subject: store }) => {
    await withMessages(store, 6)
    await plan(store, { newest: 4 })
    await settle(store, { first: 1, last: 2 })
    await store.trim(vendor, room, { newest: 2, now: 100_000, limit: 10 })
    same(await plan(store, { newest: 1 }), { first: 5, last: 5 })
  },
  'ends a file at a message that is too much later than its first': async ({ subject: store }) => {
    await withMessages(store, 6)
    same(await plan(store, { newest: 0, mostMs: 2_000 }), { first: 1, last: 3 })
  },
  'lets files expire of which every message is beyond the terms, until they are forgotten': async (bench) => {
    await withMessages(bench.subject, 6)
    for (const newest of [4, 2, 0]) {
      const run = await plan(bench.subject, { newest })
      if (run) await bench.subject.settlePlan(vendor, room, run, { ...segmentOf(run), highest: run.last * 1_000 })
    }
    await trim(bench.subject)
    const [one, two] = [
      { first: 1, last: 2 },
      { first: 3, last: 4 },
    ]
    same(await bench.subject.expireSegments(vendor, room, {}), [])
    same(await bench.subject.expireSegments(vendor, room, { olderThan: 2_000, newest: 5 }), [])
    same(await bench.subject.expireSegments(vendor, room, { olderThan: 2_001 }), [one])
    const store = await bench.reopen()
    same([await from(store), seqsOf(await store.archived(vendor, room))], [3, [3, 5]])
    same(await store.expireSegments(vendor, room, {}), [one])
    same(await store.expireSegments(vendor, room, { newest: 2 }), [one, two])
    for (const _ of [1, 2]) await store.forgetSegment(vendor, room, one)
    same(await store.expireSegments(vendor, room, {}), [two])
    await store.forgetSegment(vendor, room, { first: 5, last: 6 })
    same([await from(store), seqsOf(await store.archived(vendor, room))], [5, [5]])
    same((await say(store, 'next')).seq, 7)
    same(await plan(store, { newest: 0 }), { first: 7, last: 7 })
  },
  'keeps vendors and conversations apart': async ({ subject: store }) => {
    await withMessages(store, 3)
    await found(store, 'ana~zoe')
    await say(store, 'z', {}, 'ana~zoe')
    await plan(store, { newest: 0 })
    await settle(store, { first: 1, last: 3 })
    same((await store.archived(vendor, 'ana~zoe')).segments, [])
    same((await store.archived('other', room)).segments, [])
  },
  'knows its archive by what was proposed first': async (bench) => {
    same(await bench.subject.archiveMark('one'), { id: 'one', isWritten: false })
    same(await bench.subject.archiveMark('two'), { id: 'one', isWritten: false })
    same(await bench.subject.archiveMark('one', { isWritten: true }), { id: 'one', isWritten: true })
    same(await (await bench.reopen()).archiveMark('three'), { id: 'one', isWritten: true })
  },
}
