import { expect, test } from 'vitest'
import { incarnations } from '../../../src/kv/incarnations.js'
import { memoryKeyValue } from '../../../src/kv/memory.js'
import type { SharedKeyValue } from '../../../src/kv/port.js'
import { Reconciler } from '../../../src/persistence/feed/reconciler.js'
import { reconciled } from '../../../src/persistence/feed/tables.js'
import { ManualClock } from '../../support/manual-clock.js'
import { turns } from '../../support/parted-nodes.js'

test('a look by which it is heard that a partition went back is not the last: something may be on its way still', async () => {
  const clock = new ManualClock()
  const [home, other] = [memoryKeyValue(), memoryKeyValue()]
  let isFoundNext = false
  const finding: SharedKeyValue = {
    ...{ write: home.write.bind(home), close: home.close.bind(home) },
    async read(work) {
      if (isFoundNext) {
        isFoundNext = false
        await home.write((tx) => tx.put(incarnations, [0], [1, 7]))
        reconciler.wentBack()
      }
      return home.read(work)
    },
  }
  const reconciler = new Reconciler({
    partitions: { all: [finding, other], of: () => finding },
    feed: { restore: async () => undefined, refill: async () => false },
    peers: { node: 'node', members: ['node'] },
    clock,
    reconciled: () => {},
    failed: expect.unreachable,
  })
  const aMinutePasses = async () => {
    clock.advance(60_000)
    await turns(50)
  }
  const marked = () => other.read((reader) => reader.get(reconciled, [0]))
  await turns(50)
  isFoundNext = true
  await aMinutePasses()
  expect(isFoundNext).toBe(false)
  expect(await marked()).toBeUndefined()
  await aMinutePasses()
  expect(await marked()).toEqual([1])
  await reconciler.close()
})
