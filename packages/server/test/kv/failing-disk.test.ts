import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { storageError } from '../../src/kv/lmdb-errors.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { type Program, program } from '../support/child.js'

let writer: Program
let folder: string

beforeAll(async () => {
  writer = await program('kv/fixtures/writer.ts')
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})

afterEach(() => rm(folder, { recursive: true }))

afterAll(() => writer.remove())

test('a disk that fails ends the process, and what was acknowledged before is there', async () => {
  const child = writer.startOnFailingDisk(1_024, folder, '1')
  let acknowledged = 0
  for (let line = await child.lines.next(); !line.done; line = await child.lines.next()) acknowledged++
  expect(await child.ended).not.toBe(0)

  const kv = await openLmdb({ folder })
  const kept = await new EmbeddedStore({ kv }).read('acme', 'room0', { limit: 1_000_000 })
  expect(acknowledged).toBeGreaterThan(0)
  expect(kept.length).toBe(acknowledged)
  await kv.close()
})

test('an error that says there is no room is told from one that says the disk is broken', async () => {
  const commitFailed = (code: unknown) =>
    Object.assign(new Error('Commit failed'), {
      commitError: Promise.reject(Object.assign(new Error('cause'), { code })),
    })
  expect((await storageError(commitFailed(28), folder)).reason).toBe('full')
  expect((await storageError(commitFailed('EDQUOT'), folder)).reason).toBe('full')
  expect((await storageError(commitFailed(5), folder)).reason).toBe('failed')
  expect((await storageError(new Error('odd'), folder)).reason).toBe('failed')
})
