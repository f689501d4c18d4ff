import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { type Program, program } from '../support/child.js'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'daakia-'))
  folder = join(parent, 'data')
})

afterEach(() => rm(parent, { recursive: true }))

/** Why the folder cannot be opened. The message is asserted to be one line that names the folder. */
const refusal = async (path: string): Promise<string> => {
  const error = await openLmdb({ folder: path }).then(
    () => undefined,
    (reason) => reason,
  )
  expect(error?.message).toContain(path)
  expect(error?.message).not.toContain('\n')
  return error?.reason
}

test('a folder that does not exist is made, with those above it', async () => {
  const deep = join(folder, 'of', 'mine')
  await (await openLmdb({ folder: deep })).close()
  expect(await readdir(deep)).toContain('data.mdb')
})

test('a file in place of the folder is refused', async () => {
  await writeFile(folder, '')
  expect(await refusal(folder)).toBe('not-a-folder')
  expect(await refusal(join(folder, 'below'))).toBe('not-a-folder')
})

test('a folder that cannot be made, or not be written, is refused', async () => {
  // Not even root may write here.
  expect(await refusal('/sys/daakia')).toBe('not-writable')
  expect(await refusal('/sys/kernel')).toBe('not-writable')
  await expect(openLmdb({ folder: '/sys/daakia' })).rejects.toThrow(/^The data folder \/sys\/daakia .*choose another/)
})

test('data of a newer version are refused, and left as they are', async () => {
  await mkdir(folder)
  const format = JSON.stringify({ format: 'daakia', version: 99 })
  await writeFile(join(folder, 'format.json'), format)
  expect(await refusal(folder)).toBe('newer-version')
  expect(await readFile(join(folder, 'format.json'), 'utf8')).toBe(format)
  expect(await readdir(folder)).not.toContain('data.mdb')
})

describe('the lock of a folder', () => {
  let holder: Program

  beforeAll(async () => {
    holder = await program('kv/fixtures/holder.ts')
  })

  afterAll(() => holder.remove())

  test('keeps a second opener of the same process out, until the first closes', async () => {
    const first = await openLmdb({ folder })
    expect(await refusal(folder)).toBe('in-use')
    await first.close()
    await (await openLmdb({ folder })).close()
  })

  test('keeps another process out, and names the one that has it', async () => {
    const child = holder.start(folder)
    expect((await child.lines.next()).value).toBe('open')
    await expect(openLmdb({ folder })).rejects.toThrow(/in use by process \d+/)
    await child.kill()
  })

  test('is free at once when its process was killed', async () => {
    const child = holder.start(folder)
    await child.lines.next()
    await child.kill()
    await (await openLmdb({ folder })).close()
  })

  test('is not kept by another process that was given the same pid', async () => {
    await mkdir(folder)
    await writeFile(join(folder, 'lock.7'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
    await (await openLmdb({ folder })).close()
  })

  test('goes to exactly one of many that start at once, also after a crash', async () => {
    for (let round = 0; round < 2; round++) {
      const children = Array.from({ length: 4 }, () => holder.start(folder))
      const answers = await Promise.all(children.map(async ({ lines }) => (await lines.next()).value))
      expect([...answers].sort()).toEqual(['in-use', 'in-use', 'in-use', 'open'])
      await Promise.all(children.map((child) => child.kill()))
    }
  })

  test('goes to exactly one of many in one process', async () => {
    const openings = await Promise.allSettled(Array.from({ length: 8 }, () => openLmdb({ folder })))
    const open = openings.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(open).toHaveLength(1)
    await open[0]?.close()
  })

  test('leaves one file behind, however often it was taken', async () => {
    for (let i = 0; i < 3; i++) await (await openLmdb({ folder })).close()
    expect((await readdir(folder)).filter((name) => /^(lock|draft)\.[\da-f-]+$/.test(name))).toEqual(['lock.3'])
  })
})
