import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { folderArchive } from '../../src/persistence/archive/folder-archive.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { archiveAllBut, numbers, pagesOf, reading, room, sayOfAllKinds, vendor } from '../support/archive-bench.js'
import { type Program, program } from '../support/child.js'

const count = 160

let archiver: Program
beforeAll(async () => {
  archiver = await program('archiving/fixtures/dying-archiver.ts')
})
afterAll(() => archiver.remove())

/** With the store of a folder, which no process has then. */
const withStore = async <T>(data: string, work: (store: EmbeddedStore) => Promise<T>): Promise<T> => {
  const kv = await openLmdb({ folder: data })
  try {
    return await work(new EmbeddedStore({ kv }))
  } finally {
    await kv.close()
  }
}

const historyOf = async (store: EmbeddedStore, to: string) => {
  const read = reading(store, folderArchive(to))
  return [await pagesOf(read, { limit: 1_000, after: 0 }), await pagesOf(read, { limit: 50, fold: true })]
}

test('killed at each of its steps, it has lost nothing and doubled nothing, and goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  const made = join(folder, 'made')
  try {
    const before = await withStore(made, async (store) => {
      await sayOfAllKinds(store, count, numbers(7))
      return historyOf(store, join(folder, 'none'))
    })
    let step = 0
    for (let isKilled = true; isKilled; step++) {
      const [data, to] = [join(folder, `data-${step}`), join(folder, `archive-${step}`)]
      await cp(made, data, { recursive: true })
      const child = archiver.start(data, to, `${step}`)
      isKilled = (await child.lines.next()).value === undefined
      await child.ended
      await withStore(data, async (store) => {
        expect(await historyOf(store, to), `killed at step ${step}`).toEqual(before)
        for (const newest of [60, 0]) await archiveAllBut(store, folderArchive(to), newest)
        expect(await historyOf(store, to), `finished after step ${step}`).toEqual(before)
        expect(await store.read(vendor, room, { limit: count })).toEqual([])
      })
      const files = await readdir(join(to, vendor, room))
      expect(files.sort()).toEqual(['000000000001-000000000100.jsonl.gz', '000000000101-000000000160.jsonl.gz'])
    }
    expect(step).toBeGreaterThan(20)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 120_000)
