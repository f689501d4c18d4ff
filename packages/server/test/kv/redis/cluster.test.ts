import { expect, test } from 'vitest'
import { table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { startCluster } from '../../support/redis/cluster.js'
import { sharedRedis } from '../../support/redis/index.js'

const things = table<number>('things')
const log = table<number>('log', { followed: true })

const redis = sharedRedis(startCluster)

test('each part of the data is on one master of a cluster, and all of them are used', async () => {
  const link = await redis.link()
  const parts = Array.from({ length: 16 }, (_, partition) => new RedisKeyValue({ link, partition }))
  const written = parts.map((kv, i) =>
    kv.write((tx) => {
      tx.put(things, ['a'], i)
      return tx.append(log, ['a'], i)
    }),
  )
  expect(await Promise.all(written)).toEqual(parts.map(() => 1))
  const found = await Promise.all(parts.map((kv) => kv.read((reader) => [...reader.after(log, ['a'], 0)])))
  expect(found).toEqual(parts.map((_, i) => [{ number: 1, value: i }]))
  const slots = await Promise.all(parts.map((_, i) => link.call('cluster', 'keyslot', `{${i}}`)))
  const thirds = new Set(slots.map((slot) => Math.floor((slot as number) / 5_462)))
  expect(thirds.size).toBe(3)
})
