import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLmdb } from '../../src/kv/lmdb.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import type { JournalMessage } from '../../src/persistence/port.js'
import { type Child, type Program, program } from '../support/child.js'

let writer: Program

beforeAll(async () => {
  writer = await program('kv/fixtures/writer.ts')
})

afterAll(() => writer.remove())

const rooms = ['room0', 'room1', 'room2', 'room3', 'room4']

/** Reads so many lines, kills the process, and reads what it had printed before. */
const linesUntilKilled = async (child: Child, count: number): Promise<string[]> => {
  const lines: string[] = []
  for (let line = await child.lines.next(); !line.done; line = await child.lines.next()) {
    lines.push(line.value)
    if (lines.length === count) await child.kill()
  }
  return lines
}

const journals = async (folder: string): Promise<Map<string, readonly JournalMessage[]>> => {
  const kv = await openLmdb({ folder })
  const store = new EmbeddedStore({ kv })
  const found = new Map<string, readonly JournalMessage[]>()
  for (const room of rooms) found.set(room, await store.read('acme', room, { after: 0, limit: 1_000_000 }))
  await kv.close()
  return found
}

test('kill -9 in the middle of writing loses nothing that was acknowledged', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-'))
  const acknowledged: string[] = []
  for (const lines of [200, 500, 900]) acknowledged.push(...(await linesUntilKilled(writer.start(folder), lines)))

  const kept = await journals(folder)
  const lines = new Set<string>()
  for (const [room, messages] of kept) {
    expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
    for (const { seq, from, id } of messages) lines.add(`${room} ${seq} ${from} ${id}`)
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(1_600)
  expect(acknowledged.filter((line) => !lines.has(line))).toEqual([])
  await rm(folder, { recursive: true })
})
