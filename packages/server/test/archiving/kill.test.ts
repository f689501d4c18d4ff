import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderArchive } from '../../src/persistence/archive/folder-archive.js'
import type { EmbeddedStore } from '../../src/persistence/embedded.js'
import { archiveAllBut, pagesOf, reading, room, sayOfAllKinds, vendor } from '../support/archive-bench.js'
import { type Program, program } from '../support/child.js'
import { numbers } from '../support/numbers.js'
import { ownPrefix, sharedRedis } from '../support/redis/index.js'
import { type StoragePlace, withStore } from './fixtures/stored.js'

const count = 160
const redis = sharedRedis()

let archiver: Program
let folder: string
beforeAll(async () => {
  archiver = await program('archiving/fixtures/dying-archiver.ts')
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})
afterAll(async () => {
  await archiver.remove()
  await rm(folder, { recursive: true })
})

const fill = (place: StoragePlace) => withStore(place, (store) => sayOfAllKinds(store, count, numbers(7)))

/** Makes the same conversation each time, in a place of its own. */
const places: Record<string, (name: string) => Promise<StoragePlace>> = {
  async 'on disk'(name) {
    const [made, place] = ['made', name].map((each) => ({ folder: join(folder, each) })) as [Folder, Folder]
    if (!(await readdir(folder)).includes('made')) await fill(made)
    await cp(made.folder, place.folder, { recursive: true })
    return place
  },
  async 'in partitions in Redis'() {
    const place = { url: redis.url, prefix: ownPrefix(), partitions: 5 }
    await fill(place)
    return place
  },
}
type Folder = Extract<StoragePlace, { folder: string }>

const historyOf = async (store: EmbeddedStore, to: string) => {
  const read = reading(store, folderArchive(to))
  return [await pagesOf(read, { limit: 1_000, after: 0 }), await pagesOf(read, { limit: 50, fold: true })]
}

describe.each(Object.keys(places))('%s,', (kind) => {
  const make = places[kind] as (typeof places)[string]

  test('killed at each of its steps, it has lost nothing and doubled nothing, and goes on', async () => {
    const before = await withStore(await make('untouched'), (store) => historyOf(store, join(folder, 'none')))
    let step = 0
    for (let isKilled = true; isKilled; step++) {
      const [place, to] = [await make(`data-${step}`), join(folder, `archive of ${kind}-${step}`)]
      const child = archiver.start(JSON.stringify(place), to, `${step}`)
      isKilled = (await child.lines.next()).value === undefined
      await child.ended
      await withStore(place, async (store) => {
        expect(await historyOf(store, to), `killed at step ${step}`).toEqual(before)
        for (const newest of [60, 0]) await archiveAllBut(store, folderArchive(to), newest)
        expect(await historyOf(store, to), `finished after step ${step}`).toEqual(before)
        expect(await store.read(vendor, room, { limit: count })).toEqual([])
      })
      const files = await readdir(join(to, vendor, room))
      expect(files.sort()).toEqual(['000000000001-000000000100.jsonl.gz', '000000000101-000000000160.jsonl.gz'])
    }
    expect(step).toBeGreaterThan(20)
  })
})
