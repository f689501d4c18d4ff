import { expect, test } from 'vitest'
import { incarnations } from '../../../src/kv/incarnations.js'
import { memoryKeyValue } from '../../../src/kv/memory.js'
import { Noticing } from '../../../src/persistence/feed/noticing.js'
import { feeds } from '../../../src/persistence/feed/tables.js'
import { numbers } from '../../support/numbers.js'
import { partedNodes, partitionOf, pointers, read, say, vendor } from '../../support/parted-nodes.js'
import { all, ana, ben, change, cy, home, openTeam } from './team.js'

const rooms = Array.from({ length: 400 }, (_, i) => `room-${i}`).filter((each) => partitionOf(each) === home)

test.each([
  ['together', { below: 0, raises: 1 }],
  ['one after the other', { below: 5, raises: 3 }],
])(
  'conversations that went on before anybody noticed, and are found %s, are written down together, and heard once',
  async (_, { below, raises }) => {
    const nodes = partedNodes()
    const next = numbers(1)
    const one = await nodes.open({ turnsAway: () => next(below) })
    for (const room of rooms) await one.store.conversation(vendor, room, { members: all, at: 500 })
    const bringBack = nodes.remember(home)
    for (const room of rooms) await say(one, room, ana, `lost in ${room}`)
    await bringBack({ isSeen: false })
    const answers = await Promise.all(rooms.map((room) => say(one, room, cy, `new in ${room}`)))
    expect(answers).toMatchObject(rooms.map(() => ({ seq: 1, at: 1_000, duplicate: false })))
    expect(nodes.shared[home]?.get(incarnations, [0])?.[0]).toBeLessThanOrEqual(raises)
    await one.findStragglers()
    for (const client of all)
      expect((await read(one, client)).sort()).toEqual(rooms.map((room) => `1 new in ${room}`).sort())
  },
)

test('a partition that never goes back is not asked again and again to note that it has', async () => {
  const [kept, other] = [memoryKeyValue(), memoryKeyValue()]
  const noticing = new Noticing({ all: [kept, other], of: () => kept })
  const reached = { seq: 2, line: 0, untold: false, fingerprints: [] }
  const goneOn = { vendor, conversation: 'team', reached, after: 1 }
  await expect(noticing.notice(kept, goneOn, async () => undefined)).rejects.toThrow('never goes back')
})

test.each([
  ['noticed', true],
  ['not noticed by then', false],
])(
  'who came in and left again, and was lost with that, reads nothing of what is said then, where the loss is %s',
  async (_, isSeen) => {
    const { nodes, one } = await openTeam([ana, cy])
    const bringBack = nodes.remember(home)
    await change(one, 'in', 'joined', ben)
    await say(one, 'team', ana, 'lost')
    await change(one, 'out', 'left', ben)
    await bringBack({ isSeen })
    for (const id of ['new', 'newer', 'newest']) await say(one, 'team', cy, id)
    expect(await pointers(one, ben)).toEqual(['team/1', 'team/2', 'team/3'])
    expect(await read(one, ben)).toEqual([])
    for (const client of [ana, cy]) expect(await read(one, client)).toEqual(['1 new', '2 newer', '3 newest'])
    // What is kept at hand is told apart by that.
    expect(one.said.slice(-3).map(({ line }) => line)).toEqual([1, 1, 1])
  },
)

test.each([
  ['is not kept in the place of what is said then, where its queue lies elsewhere', ben, false],
  ['may be of what is said then, where its queue lies with the conversation', cy, true],
])('a dead letter of the line before %s', async (_, client, isKept) => {
  const { nodes, one } = await openTeam()
  const bringBack = nodes.remember(home)
  await say(one, 'team', ana, 'lost')
  await bringBack({ isSeen: false })
  await say(one, 'team', cy, 'new')
  const letter = {
    conversation: 'team',
    client,
    group: 'desk',
    seq: 1,
    line: 0,
    at: 5_000,
    tries: [{ at: 5_000, cause: 'no' }],
  }
  expect(await one.store.keepQueueLetter(vendor, letter)).toBe(isKept)
})

test('who came in with what is lost, and comes in again right after what was said then, reads nothing of that', async () => {
  const { nodes, one } = await openTeam([cy])
  const bringBack = nodes.remember(home)
  await change(one, 'in', 'joined', ben)
  await say(one, 'team', cy, 'lost')
  await bringBack({ isSeen: false })
  for (const id of ['secret', 'secret too']) await say(one, 'team', cy, id)
  await change(one, 'in again', 'joined', ben)
  await say(one, 'team', cy, 'for all')
  await nodes.notice(home)
  for (let look = 0; look < 3; look++) await one.reconcile()
  expect(await read(one, ben)).toEqual(['3 in again', '4 for all'])
})

test('what an older node took for what everybody had is brought when the loss is noticed, though more was said', async () => {
  const { nodes, one } = await openTeam()
  await say(one, 'team', cy, 'kept')
  await one.findStragglers()
  const bringBack = nodes.remember(home)
  for (const id of ['lost', 'too']) await say(one, 'team', ana, id)
  await bringBack({ isSeen: false })
  // It knows numbers only, sees that all have 2 and 3, and takes them from the feed.
  one.cutOffBut(home)
  for (const id of ['new', 'newer']) await say(one, 'team', cy, id)
  await nodes.shared[home]?.write((tx) => tx.remove(feeds, [vendor, 'team']))
  one.mend()
  await say(one, 'team', cy, 'newest')
  await nodes.notice(home)
  for (let look = 0; look < 3; look++) await one.reconcile()
  expect(await read(one, ben)).toEqual(['1 kept', '2 new', '3 newer', '4 newest'])
  expect((await one.inbox.read(vendor, ben, 0, 100)).filter(({ begins }) => begins)).toHaveLength(1)
})
