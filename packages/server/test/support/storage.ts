import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeOf } from '../../src/archive/place-of.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { memoryDisk, memoryKeyValue } from '../../src/kv/memory.js'
import { PartedKeyValue } from '../../src/kv/partitions/parted.js'
import type { KeyValue, Partitions, SharedKeyValue } from '../../src/kv/port.js'

/** Where a test's server keeps its data. */
export interface Storage<K extends SharedKeyValue = KeyValue> {
  readonly keyValue: K
  /** As the next process would find it. */
  reopen(): Promise<Storage<K>>
  /** Closes it, and leaves nothing behind. */
  remove(): Promise<void>
}

export const inMemory = async (keyValue = memoryKeyValue()): Promise<Storage> => ({
  keyValue,
  reopen: () => inMemory(keyValue),
  remove: () => keyValue.close(),
})

/** Divided, with an engine in memory for each partition. */
export const inPartitions = async (
  partitions: Partitions['all'] = [memoryKeyValue(), memoryKeyValue(), memoryKeyValue(), memoryKeyValue()],
): Promise<Storage<SharedKeyValue>> => {
  const keyValue = new PartedKeyValue(partitions, placeOf)
  return { keyValue, reopen: () => inPartitions(partitions), remove: () => keyValue.close() }
}

export const onMemoryDisk = async (disk = memoryDisk()): Promise<Storage> => {
  const keyValue = disk.open()
  return {
    keyValue,
    async reopen() {
      await keyValue.close()
      return onMemoryDisk(disk)
    },
    remove: () => keyValue.close(),
  }
}

export const onDisk = async (folder?: string): Promise<Storage> => {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'daakia-')))
  const keyValue = await openLmdb({ folder: data })
  return {
    keyValue,
    async reopen() {
      await keyValue.close()
      return onDisk(data)
    },
    async remove() {
      await keyValue.close()
      await rm(data, { recursive: true })
    },
  }
}
