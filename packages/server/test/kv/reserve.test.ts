import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { table } from '../../src/kv/port.js'

const things = table<Uint8Array>('things')
const pageBytes = 4_096
/** Is taken beyond what a commit is thought to need. */
const spareBytes = 2 ** 20

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** Where LMDB's pages end, and what the file has and takes on the disk. */
const sizes = async () => {
  const db = open(folder, { noSubdir: false, readOnly: true })
  const { lastPageNumber } = db.getStats() as { lastPageNumber: number }
  await db.close()
  const { size, blocks } = await stat(join(folder, 'data.mdb'))
  return { used: (lastPageNumber + 1) * pageBytes, size, taken: blocks * 512 }
}

test.each([
  { what: 'one entry', count: 1, bytes: 10 },
  { what: 'small entries', count: 5_000, bytes: 10 },
  { what: 'entries of half a page', count: 2_000, bytes: 2_000 },
  { what: 'entries of several pages', count: 200, bytes: 100_000 },
])('room is taken on the disk before a commit of $what, and all of it', async ({ count, bytes }) => {
  const kv = await openLmdb({ folder })
  const writes = Array.from({ length: count }, (_, n) =>
    kv.write((tx) => tx.put(things, [(n * 7_919) % count, n], new Uint8Array(bytes))),
  )
  await Promise.all(writes)
  const { used, size, taken } = await sizes()
  expect(used).toBeGreaterThan(count * bytes)
  expect(size).toBeGreaterThanOrEqual(used + spareBytes)
  expect(taken).toBeGreaterThanOrEqual(size)
  await kv.close()
})

test('room is taken for each leaf of a large tree that a commit writes anew', async () => {
  const kv = await openLmdb({ folder })
  const put = (count: number, step: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) => kv.write((tx) => tx.put(things, [n * step], new Uint8Array(40)))),
    )
  await put(60_000, 1)
  await put(1_000, 60)
  const { used, size } = await sizes()
  expect(size).toBeGreaterThanOrEqual(used + spareBytes)
  await kv.close()
})
