import { expect, onTestFinished, test } from 'vitest'
import { incarnations } from '../../../src/kv/incarnations.js'
import { memoryKeyValue } from '../../../src/kv/memory.js'
import type { Partitions, SharedKeyValue } from '../../../src/kv/port.js'
import { Reconciler } from '../../../src/persistence/feed/reconciler.js'
import { heardSetbacks } from '../../../src/persistence/feed/tables.js'
import { Gate } from '../../support/gate.js'
import { ManualClock } from '../../support/manual-clock.js'
import { pointers, say, turns, vendor } from '../../support/parted-nodes.js'
import { ana, ben, cy, home, openTeam } from './team.js'

/** A partition has gone back, as is heard of, and does so once more to before that, while nobody sees it. */
const goFarBack = async () => {
  const { nodes, one } = await openTeam()
  await say(one, 'team', ana, 'kept')
  const bringFarBack = nodes.remember(home)
  await say(one, 'team', ana, 'lost')
  await bringFarBack()
  for (const id of ['two', 'three', 'four']) await say(one, 'team', cy, id)
  await one.reconcile()
  await bringFarBack({ isSeen: false })
  return { ...nodes, one, countThere: () => nodes.shared[home]?.get(incarnations, [0])?.[0] }
}

const afterwards = ['team/1', 'team/2', 'team/3']

test('what a partition is told by others is that it has gone back once more, above all that they have heard of', async () => {
  const { one, open, countThere } = await goFarBack()
  const two = await open()
  await turns(50)
  expect(countThere()).toBe(2)
  for (const id of ['five', 'six']) await say(two, 'team', cy, id)
  for (const client of [ana, ben]) {
    const found = await one.inbox.read(vendor, client, 0, 10)
    expect(found.filter(({ seq }) => seq > 1)).toMatchObject([
      { seq: 2, line: 2, begins: true },
      { seq: 3, line: 2 },
    ])
  }
  expect(await pointers(one, cy)).toEqual(afterwards)
})

test('where others were not told, it is told by what they have of its conversations, when something is said', async () => {
  const { one, shared, countThere } = await goFarBack()
  for (const witness of shared) await witness.write((tx) => tx.remove(heardSetbacks, [home]))
  await say(one, 'team', cy, 'makes it known').catch(() => {})
  await turns(50)
  // Once for what the others have, and once for what was said in its place.
  expect(countThere()).toBe(3)
  for (const id of ['five', 'six']) await say(one, 'team', cy, id)
  await one.findStragglers()
  for (const client of [ana, ben])
    expect((await pointers(one, client)).slice(-2)).toEqual((await pointers(one, cy)).slice(-2))
})

/** Partitions in memory, what each has been told, and a node that looks through them. */
const openNode = async ({
  count = 3,
  heard = [] as readonly (readonly [witness: number, at: number, times: number])[],
  before = async (_read: number): Promise<void> => {},
  toldTo = async (_at: number): Promise<void> => {},
  failed = () => {},
}) => {
  const clock = new ManualClock()
  const shared = Array.from({ length: count }, () => memoryKeyValue())
  for (const [witness, at, times] of heard) await shared[witness]?.write((tx) => tx.put(heardSetbacks, [at], times))
  await shared[0]?.write((tx) => tx.put(incarnations, [0], [1, 7]))
  const told: (readonly [at: number, times: number])[] = []
  const all = shared.map(
    (kv, at): SharedKeyValue => ({
      ...{ write: kv.write.bind(kv), close: kv.close.bind(kv) },
      async read(work) {
        await before(at)
        return kv.read(work)
      },
      async hadGoneBack(times) {
        if ((kv.get(incarnations, [0])?.[0] ?? 0) < times) told.push([at, times])
        await toldTo(at)
      },
    }),
  ) as unknown as Partitions['all']
  const backs = new Set<() => void>()
  const reconciler = new Reconciler({
    partitions: { all, of: () => all[0] },
    feed: { restore: async () => undefined, refill: async () => false },
    peers: { node: 'node', members: ['node'] },
    clock,
    onBack(listener) {
      backs.add(listener)
      return () => backs.delete(listener)
    },
    reconciled: () => {},
    failed,
  })
  onTestFinished(() => reconciler.close())
  const tellBack = async () => {
    for (const back of backs) back()
    await turns(50)
  }
  await turns(50)
  return { shared, told, reconciler, tellBack, clock }
}

test('while one does not answer, others are put right', async () => {
  const gate = new Gate()
  const { shared } = await openNode({ before: async (at) => (at === 2 ? gate.pass() : undefined) })
  const heard = shared[1]?.get(heardSetbacks, [0])
  gate.open()
  expect(heard).toBe(1)
})

test('they are told beside each other, but for one that could not be asked', async () => {
  const gate = new Gate()
  const { told } = await openNode({
    count: 5,
    heard: [1, 2, 3, 4].map((at) => [0, at, 5]),
    before: async (at) => (at === 3 ? Promise.reject(new Error('It is away')) : undefined),
    toldTo: () => gate.pass(),
  })
  const toldByNow = [...told]
  gate.open()
  expect(toldByNow).toEqual([1, 2, 4].map((at) => [at, 5]))
})

test('a node that stops tells nobody', async () => {
  const gate = new Gate()
  const { told, reconciler } = await openNode({
    heard: [[0, 1, 5]],
    before: async (at) => (at === 2 ? gate.pass() : undefined),
  })
  const closed = reconciler.close()
  gate.open()
  await closed
  expect(told).toEqual([])
})

test('when one is back that was away, each is asked once, and nothing is walked through again', async () => {
  const asked: number[] = []
  const { tellBack } = await openNode({ before: async (at) => void asked.push(at) })
  asked.length = 0
  await tellBack()
  expect(asked).toEqual([0, 1, 2])
})

test('when one is back that was away, all are asked again', async () => {
  let isAway = true
  const { told, tellBack, reconciler } = await openNode({
    heard: [[2, 1, 5]],
    before: async (at) => (at === 2 && isAway ? Promise.reject(new Error('It is away')) : undefined),
  })
  expect(told).toEqual([])
  isAway = false
  await tellBack()
  expect(told).toEqual([[1, 5]])
  await reconciler.close()
  await tellBack()
  expect(told).toEqual([[1, 5]])
})

test('what could not be put right while one was away is when that is back, soon, and nothing else is walked through', async () => {
  let isAway = true
  const asked: number[] = []
  const { shared, tellBack, clock } = await openNode({
    async before(at) {
      asked.push(at)
      if (at === 2 && isAway) throw new Error('It is away')
    },
  })
  const heard = () => shared.slice(1).map((each) => each.get(heardSetbacks, [0]))
  expect(heard()).toEqual([1, undefined])
  isAway = false
  asked.length = 0
  for (let time = 0; time < 3; time++) await tellBack()
  clock.advance(2_000)
  await turns(50)
  expect(heard()).toEqual([1, 1])
  expect(asked.filter((at) => at === 1)).toHaveLength(3)
  asked.length = 0
  await tellBack()
  clock.advance(2_000)
  await turns(50)
  expect(asked).toEqual([0, 1, 2])
})

test('all are asked again when one is back, though that could not be told of one that was away', async () => {
  let isAway = true
  const { told, tellBack } = await openNode({
    heard: [[2, 1, 5]],
    before: async (at) => (at === 2 && isAway ? Promise.reject(new Error('It is away')) : undefined),
    failed() {
      if (!isAway) return
      isAway = false
      throw new Error('Nobody hears it')
    },
  })
  await tellBack()
  expect(told).toEqual([[1, 5]])
})
