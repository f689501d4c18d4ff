import type { Bench, DurableBench } from '../../src/contracts.js'
import type { SharedKeyValue } from '../../src/kv/port.js'
import { inRedis } from './redis/storage.js'
import { inPartitions, onDisk, onMemoryDisk, type Storage } from './storage.js'

/** The embedded engines, by name. */
export const engines: Record<string, () => Promise<Storage>> = {
  'in memory': () => onMemoryDisk(),
  'on disk': () => onDisk(),
}

/** All engines, by name; for the tests of a file, which share a Redis. */
export const allEngines = (): Record<string, () => Promise<Storage<SharedKeyValue>>> => ({
  ...engines,
  'in Redis': inRedis(),
  'in partitions in memory': () => inPartitions(),
  'in partitions in Redis': inRedis({ partitions: 5 }),
})

/** What a contract suite needs of an implementation over a key-value engine. */
export const benchOver =
  <T, K extends SharedKeyValue>(openStorage: () => Promise<Storage<K>>, open: (kv: K) => T | Promise<T>) =>
  async (): Promise<DurableBench<T>> => {
    let storage = await openStorage()
    return {
      subject: await open(storage.keyValue),
      async reopen() {
        storage = await storage.reopen()
        return open(storage.keyValue)
      },
      close: () => storage.remove(),
    }
  }

/** A bench for what keeps nothing. */
export const benchOf =
  <T>(make: () => T) =>
  async (): Promise<Bench<T>> => ({ subject: make(), close: async () => {} })
