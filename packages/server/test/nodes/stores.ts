import type { SharedKeyValue } from '../../src/kv/port.js'
import { RedisKeyValue } from '../../src/kv/redis/key-value.js'
import { ownPrefix, sharedRedis } from '../support/redis/index.js'
import { inMemory } from '../support/storage.js'

/** What is stored once, for several nodes. */
export interface StoreOfNodes {
  /** As a node has it, with what it knows of it. */
  ofNode(): Promise<SharedKeyValue>
}

/** Engines that nodes share, by name; for the tests of a file, which share a Redis. */
export const storesOfNodes = (): Record<string, () => Promise<StoreOfNodes>> => {
  const redis = sharedRedis()
  return {
    'in memory': async () => {
      const { keyValue } = await inMemory()
      return { ofNode: async () => keyValue }
    },
    'in Redis': async () => {
      const prefix = ownPrefix()
      return { ofNode: async () => new RedisKeyValue({ link: await redis.link({ prefix }), partition: 0 }) }
    },
  }
}
