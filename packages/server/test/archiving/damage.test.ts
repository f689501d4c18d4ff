import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { archiveAllBut, reading, room, sayOfAllKinds, vendor } from '../support/archive-bench.js'
import { memoryArchive } from '../support/memory-archive.js'
import { numbers } from '../support/numbers.js'

const name = 'acme/ana~ben/000000000001-000000000010.jsonl.gz'

const archived = async () => {
  const store = new EmbeddedStore({ kv: memoryKeyValue() })
  const archive = memoryArchive()
  await sayOfAllKinds(store, 20, numbers(1))
  await archiveAllBut(store, archive, 10)
  return { store, archive, read: () => reading(store, archive)({ limit: 20 }) }
}

/** Changes the text of a file. */
const changed = (bytes: Uint8Array | undefined, change: (text: string) => string): Uint8Array =>
  gzipSync(change(gunzipSync(bytes as Uint8Array).toString()))

const lastLine = /[^\n]*\n$/

describe('a file of the archive', () => {
  for (const [what, change, why] of [
    ['that was cut', (bytes: Uint8Array) => bytes.slice(0, -20), 'it can not be decompressed'],
    [
      'whose text was changed',
      (bytes: Uint8Array) => changed(bytes, (text) => text.replace('"from":"ana"', '"from":"eve"')),
      'its checksum is another one',
    ],
    [
      'that lacks a message',
      (bytes: Uint8Array) => changed(bytes, (text) => text.replace(/\{"seq":5.*\n/, '')),
      'it has not the 10 messages that it had',
    ],
    [
      'that lacks its end',
      (bytes: Uint8Array) => changed(bytes, (text) => text.replace(lastLine, '')),
      'it has not the 10 messages that it had',
    ],
    [
      'that is of another conversation',
      (bytes: Uint8Array) => changed(bytes, (text) => text.replace('ana~ben', 'ana~eve')),
      'it is of another place: conversation is ana~eve',
    ],
    [
      'that a newer Daakia has written',
      (bytes: Uint8Array) => changed(bytes, (text) => text.replace('"version":1', '"version":2')),
      'it is of version 2, and this Daakia reads 1',
    ],
    ['that is empty', () => new Uint8Array(), 'it can not be decompressed'],
  ] as const)
    test(`${what} is named, and read by nobody`, async () => {
      const { archive, read } = await archived()
      archive.files.set(name, change(archive.files.get(name) as Uint8Array))
      await expect(read()).rejects.toThrow(`${name} of the archive is damaged: ${why}. Bring it back from a copy`)
    })

  test('that is gone is named', async () => {
    const { archive, read } = await archived()
    archive.files.delete(name)
    await expect(read()).rejects.toMatchObject({ reason: 'damaged', message: expect.stringContaining(`${name} of`) })
  })

  test('is read again when it was brought back', async () => {
    const { archive, read } = await archived()
    const whole = archive.files.get(name) as Uint8Array
    archive.files.set(name, whole.slice(1))
    await expect(read()).rejects.toThrow('damaged')
    archive.files.set(name, whole)
    expect((await read()).messages).toHaveLength(20)
  })

  test('that is not read back as it was written is not taken for one', async () => {
    const store = new EmbeddedStore({ kv: memoryKeyValue() })
    const archive = memoryArchive()
    await sayOfAllKinds(store, 20, numbers(1))
    const put = archive.put
    archive.put = (file, bytes) => put(file, file.endsWith('.gz') ? bytes.slice(0, -1) : bytes)
    await expect(archiveAllBut(store, archive, 10)).rejects.toMatchObject({ reason: 'damaged' })
    expect((await store.archived(vendor, room)).segments).toEqual([])
    expect(await store.read(vendor, room, { limit: 50 })).toHaveLength(20)
    archive.put = put
    expect(await archiveAllBut(store, archive, 10)).toBe(10)
    expect((await reading(store, archive)({ limit: 20 })).messages).toHaveLength(20)
  })
})

describe('an archive', () => {
  test('that is not there is no empty one: nobody reads a shorter history, and nothing is moved into it', async () => {
    const { store } = await archived()
    const other = memoryArchive()
    await expect(reading(store, other)({ limit: 20 })).rejects.toMatchObject({ reason: 'away' })
    await expect(archiveAllBut(store, other, 5)).rejects.toMatchObject({ reason: 'away' })
    expect(other.files.size).toBe(0)
  })

  test('that fails says so, and is asked again', async () => {
    const { archive, read } = await archived()
    const get = archive.get
    archive.get = () => Promise.reject(new Error('EIO'))
    await expect(read()).rejects.toMatchObject({ reason: 'away' })
    archive.get = get
    expect((await read()).messages).toHaveLength(20)
  })

  test('that a server was not given is missed by it', async () => {
    const { store } = await archived()
    await expect(reading(store, undefined)({ limit: 20 })).rejects.toThrow('set archive.folder')
    expect((await reading(store, undefined)({ limit: 10 })).messages).toHaveLength(10)
  })

  test('of another server is left alone', async () => {
    const { archive } = await archived()
    const store = new EmbeddedStore({ kv: memoryKeyValue() })
    await sayOfAllKinds(store, 20, numbers(2))
    const files = new Map(archive.files)
    await expect(archiveAllBut(store, archive, 10)).rejects.toMatchObject({ reason: 'exists' })
    expect(archive.files).toEqual(files)
  })
})
