import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLmdb } from '../../src/kv/lmdb.js'
import { memoryDisk, memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue, SharedKeyValue } from '../../src/kv/port.js'

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
