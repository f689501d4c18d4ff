import { expect, test } from 'vitest'
import { incarnations } from '../../../src/kv/incarnations.js'
import { memoryKeyValue } from '../../../src/kv/memory.js'
import { Noticing } from '../../../src/persistence/feed/noticing.js'
import { threeAround } from '../../support/names-by-partition.js'
import { numbers } from '../../support/numbers.js'
import { partedNodes, partitionOf, read, say, vendor } from '../../support/parted-nodes.js'

const { home, ana, ben, cy } = threeAround('team', partitionOf)
const all = [ana, ben, cy]

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
    expect(answers).toEqual(rooms.map(() => ({ seq: 1, at: 1_000, duplicate: false })))
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
