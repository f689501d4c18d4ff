import { expect, test } from 'vitest'
import { shardsOfPartitions } from '../src/rig/ground/index.js'
import { slotOf } from '../src/rig/ground/slots.js'

test('a tag has the slot that a Redis Cluster gives it', () => {
  expect(['0', '1', '12', 'daakia', '123456789'].map(slotOf)).toEqual([13907, 9842, 8373, 9213, 12739])
})

test('partitions lie where a new Cluster of three masters has their slots', () => {
  expect(shardsOfPartitions(1)).toEqual([2])
  expect(new Set(shardsOfPartitions())).toEqual(new Set([0, 1, 2]))
})
