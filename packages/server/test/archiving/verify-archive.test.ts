import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { verifyArchive } from '../../src/archive/verify-archive.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { archiveAllBut, room, sayOfAllKinds, vendor } from '../support/archive-bench.js'
import { memoryArchive } from '../support/memory-archive.js'
import { numbers } from '../support/numbers.js'

const folders: string[] = []
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))))

/** 210 messages, of which the archive has 205 in three files. */
const archived = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  folders.push(folder)
  const archive = memoryArchive()
  const kv = await openLmdb({ folder })
  const store = new EmbeddedStore({ kv })
  await sayOfAllKinds(store, 210, numbers(3))
  for (const left of [110, 10, 5]) await archiveAllBut(store, archive, left)
  const names = [...archive.files.keys()].filter((name) => name.endsWith('.gz')).sort()
  return { archive, store, names, kv, verify: (more = {}) => verifyArchive({ place: { folder }, archive, ...more }) }
}

describe('an archive is verified', () => {
  test('file by file, while the folder is in use', async () => {
    const { kv, names, verify } = await archived()
    const told: number[] = []
    const progress = ({ done }: { done: number }) => void told.push(done)
    expect(await verify({ progress })).toEqual({ files: 3, messages: 205, problems: [], problemCount: 0 })
    expect(told).toEqual([1, 2, 3])
    expect(names).toHaveLength(3)
    expect(await verify({ vendor: 'zoo' })).toMatchObject({ files: 0, problemCount: 0 })
    await kv.close()
    expect(await verify({ vendor })).toMatchObject({ files: 3 })
  })

  test('and what is damaged or missing of it is named, and the rest is looked at', async () => {
    const { kv, archive, names, verify } = await archived()
    const [first = '', second = ''] = names
    archive.files.set(first, (archive.files.get(first) as Uint8Array).slice(1))
    archive.files.delete(second)
    expect(await verify()).toEqual({
      files: 1,
      messages: 5,
      problems: [
        `${first} of the archive is damaged: it can not be decompressed. Bring it back from a copy`,
        `${second} is missing`,
      ],
      problemCount: 2,
    })
    await kv.close()
  })

  test('without what retention removes meanwhile', async () => {
    const { kv, archive, store, verify } = await archived()
    const get = archive.get
    archive.get = async (name) => {
      if (!name.endsWith('.gz') || !archive.files.has(name)) return get(name)
      for (const run of await store.expireSegments(vendor, room, { newest: 110 })) {
        archive.files.delete(`${vendor}/${room}/${numbered(run.first)}-${numbered(run.last)}.jsonl.gz`)
        await store.forgetSegment(vendor, room, run)
      }
      return get(name)
    }
    expect(await verify()).toEqual({ files: 2, messages: 105, problems: [], problemCount: 0 })
    await kv.close()
  })

  test('where it is there, and that of this server', async () => {
    const [one, other] = [await archived(), await archived()]
    await expect(one.verify({ archive: other.archive })).rejects.toMatchObject({ reason: 'exists' })
    await expect(one.verify({ archive: memoryArchive() })).rejects.toMatchObject({ reason: 'away' })
    const broken = { get: () => Promise.reject(new Error('EIO')) }
    await expect(one.verify({ archive: broken })).rejects.toMatchObject({ reason: 'away' })
    for (const { kv } of [one, other]) await kv.close()
  })
})

const numbered = (seq: number): string => String(seq).padStart(12, '0')
