import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { backup } from '../../src/archive/backup.js'
import { restore } from '../../src/archive/restore.js'
import { EmbeddedLeases } from '../../src/backend/embedded-leases.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { type Child, type Program, program } from '../support/child.js'
import { ManualClock } from '../support/manual-clock.js'

let parent: string
let folder: string
let to: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'daakia-backup-'))
  folder = join(parent, 'data')
  to = join(parent, 'backup')
})

afterEach(() => rm(parent, { recursive: true }))

const say = (store: EmbeddedStore, id: string) =>
  store.append('acme', 'room0', { from: 'ana', id, at: 1, type: 'text', payload: new Uint8Array(2_000) })

/** A data folder in which this many things were said. */
const spoken = async (count: number): Promise<void> => {
  const kv = await openLmdb({ folder })
  const store = new EmbeddedStore({ kv })
  await store.conversation('acme', 'room0', { members: ['ana', 'ben'], at: 1 })
  await Promise.all(Array.from({ length: count }, (_, n) => say(store, `m${n}`)))
  await kv.close()
}

const idsIn = async (data: string, room = 'room0'): Promise<string[]> => {
  const kv = await openLmdb({ folder: data })
  const messages = await new EmbeddedStore({ kv }).read('acme', room, { after: 0, limit: 1_000_000 })
  await kv.close()
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
  return messages.map(({ id }) => id)
}

describe('a backup beside a process that goes on writing', () => {
  let writer: Program

  beforeAll(async () => {
    writer = await program('kv/fixtures/writer.ts')
  })

  afterAll(() => writer.remove())

  const acknowledge = async ({ lines }: Child, count: number): Promise<string[]> => {
    const heard: string[] = []
    while (heard.length < count) heard.push((await lines.next()).value as string)
    return heard
  }

  test('holds all that was acknowledged before it began, dense, and the writer goes on', async () => {
    const child = writer.start(folder)
    const before = await acknowledge(child, 800)
    const restored = join(parent, 'restored')
    await backup({ folder, to })
    await acknowledge(child, 3_000)
    await child.kill()
    await restore({ backup: to, to: restored })
    for (let n = 0; n < 5; n++) {
      const kept = new Set(await idsIn(restored, `room${n}`))
      const said = before.filter((line) => line.startsWith(`room${n} `)).map((line) => line.split(' ')[3] as string)
      expect(said.length).toBeGreaterThan(0)
      expect(said.filter((id) => !kept.has(id))).toEqual([])
    }
  })
})

test('a backup is a folder that a server can be started on, and stays one after a restore', async () => {
  await spoken(20)
  const told: string[] = []
  await backup({ folder, to, progress: ({ doing }) => void told.push(doing) })
  await restore({ backup: to, to: join(parent, 'other') })
  expect(await idsIn(join(parent, 'other'))).toHaveLength(20)
  expect(await idsIn(to)).toHaveLength(20)
})

test('a folder that exists is not overwritten; an empty one may be restored into', async () => {
  await spoken(1)
  await mkdir(to)
  await writeFile(join(to, 'mine'), 'mine')
  await expect(backup({ folder, to })).rejects.toMatchObject({ reason: 'exists' })
  expect(await readdir(to)).toEqual(['mine'])
  await rm(join(to, 'mine'))
  await backup({ folder, to })
  await expect(restore({ backup: to, to: folder })).rejects.toMatchObject({ reason: 'exists' })
  expect(await idsIn(folder)).toEqual(['m0'])
})

test("what was left by a backup that was killed is not taken for one, and is in nobody's way", async () => {
  await spoken(5)
  await mkdir(`${to}.partial`)
  await cp(join(folder, 'data.mdb'), join(`${to}.partial`, 'data.mdb'))
  await truncate(join(`${to}.partial`, 'data.mdb'), 5_000)
  await expect(restore({ backup: `${to}.partial`, to: join(parent, 'x') })).rejects.toMatchObject({
    reason: 'no-backup',
  })
  await backup({ folder, to })
  expect((await readdir(parent)).sort()).toEqual(['backup', 'data'])
  expect((await readdir(to)).sort()).toEqual(['backup.json', 'data.mdb', 'format.json'])
})

test('a folder without data, and a backup of none, are refused', async () => {
  await expect(backup({ folder, to })).rejects.toMatchObject({ reason: 'no-data' })
  await spoken(1)
  await expect(restore({ backup: folder, to })).rejects.toMatchObject({ reason: 'no-backup' })
  expect(existsSync(to)).toBe(false)
})

test('damage is not copied: a backup of a damaged folder is refused, and one that was changed is not restored', async () => {
  await spoken(50)
  await backup({ folder, to })
  const bytes = await readFile(join(to, 'data.mdb'))
  bytes[bytes.length - 3_000] = (bytes[bytes.length - 3_000] as number) ^ 1
  await writeFile(join(to, 'data.mdb'), bytes)
  await expect(restore({ backup: to, to: join(parent, 'x') })).rejects.toMatchObject({ reason: 'damaged' })
  await truncate(join(folder, 'data.mdb'), bytes.length / 2)
  await expect(backup({ folder, to: join(parent, 'y') })).rejects.toMatchObject({ reason: 'damaged' })
  expect((await readdir(parent)).sort()).toEqual(['backup', 'data'])
})

test('positions and fences of the future that was lost are told from those of the restored store', async () => {
  const terms = { durationMs: 1_000, longestMs: 1_000 }
  const turn = { vendor: 'acme', conversation: 'room0', bot: 'bot' }
  const open = async (data: string, clock = new ManualClock()) => {
    const kv = await openLmdb({ folder: data, clock })
    const { epoch } = await (await EmbeddedInbox.open({ kv })).head('acme', 'ana')
    const lease = await (await EmbeddedLeases.open({ kv, ...terms })).acquire({ ...turn, holder: 'one' }, 0)
    await kv.close()
    return { epoch, fence: Number(lease?.fence.split(':')[0]) }
  }
  await spoken(1)
  const first = await open(folder)
  await backup({ folder, to })
  // The future that is lost: the same server, started again and again.
  const lost = [await open(folder), await open(folder), await open(folder)]
  expect(lost.map(({ epoch }) => epoch)).toEqual([first.epoch, first.epoch, first.epoch])
  const restored = []
  for (const name of ['a', 'b']) {
    const data = join(parent, name)
    await restore({ backup: to, to: data })
    restored.push(await open(data), await open(data))
  }
  const [a1, a2, b1] = restored
  expect(a1?.epoch).not.toBe(first.epoch)
  expect(a2?.epoch).toBe(a1?.epoch)
  expect(b1?.epoch).not.toBe(a1?.epoch)
  for (const { fence } of restored) expect(fence).toBeGreaterThan(Math.max(...lost.map((each) => each.fence)))
  expect(a2?.fence).toBeGreaterThan(a1?.fence as number)
})
