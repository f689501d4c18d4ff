import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verify } from '../../src/archive/verify.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { inboxes } from '../../src/inbox/tables.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { type Transaction, table } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { ids, journal, timersByDue, waitingBySince } from '../../src/persistence/tables.js'

let parent: string
let folder: string

const opened = async <T>(work: (kv: Awaited<ReturnType<typeof openLmdb>>) => Promise<T>): Promise<T> => {
  const kv = await openLmdb({ folder })
  try {
    return await work(kv)
  } finally {
    await kv.close()
  }
}

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'daakia-verify-'))
  folder = join(parent, 'data')
  await opened(async (kv) => {
    const store = new EmbeddedStore({ kv, inbox: await EmbeddedInbox.open({ kv }) })
    await store.conversation('acme', 'room', { members: ['ana', 'bot'], at: 1 })
    await store.enlist('acme', 'bot', {})
    const said = Array.from({ length: 300 }, (_, n) => ({ id: `m${n + 1}`, at: n + 1, payload: new Uint8Array(200) }))
    await Promise.all(said.map((each) => store.append('acme', 'room', { from: 'ana', type: 'text', ...each })))
  })
})

afterEach(() => rm(parent, { recursive: true }))

test('a folder that is whole is said to be, also while it is used', async () => {
  await opened(async () => {
    const found = await verify({ folder })
    expect(found).toMatchObject({ problems: [], problemCount: 0, compared: true })
    expect(found.entries).toMatchObject({ journal: 300, ids: 300, inboxes: 600, conversations: 1 })
  })
})

const unheardOf = table<number>('unheard-of')

describe('what does not fit together is named:', () => {
  test.each<[string, (tx: Transaction) => void, RegExp]>([
    [
      'a gap in a journal',
      (tx) => tx.remove(journal, ['acme', 'room', 7]),
      /\["acme","room",8\] of journal comes after 6/,
    ],
    [
      'an id that is missing',
      (tx) => tx.remove(ids, ['acme', 'm7', 'room', 'ana']),
      /\["acme","room",7\] of journal is not as ids/,
    ],
    [
      'an id of another message',
      (tx) => tx.put(ids, ['acme', 'm7', 'room', 'ana'], 8),
      /\["acme","room",7\] of journal is not as ids/,
    ],
    ['an id of nothing', (tx) => tx.put(ids, ['acme', 'x', 'room', 'ana'], 8), /^1 entries of ids follow from nothing/],
    [
      'a mark without work',
      (tx) => tx.put(waitingBySince, ['acme', 'bot', 9, 'other'], true),
      /^1 entries of waiting follow/,
    ],
    [
      'a timer in one table',
      (tx) => tx.put(timersByDue, ['acme', 'bot', 9, 'room', 't'], true),
      /^1 entries of due follow/,
    ],
    [
      'a pointer to nothing',
      (tx) => tx.put(inboxes, ['acme', 'ana', 301], ['room', 999]),
      /speaks of message 999 of room, which ends at 300/,
    ],
    [
      'a key of another form',
      (tx) => tx.put(journal, ['acme', 'room'], null),
      /\["acme","room"\] of journal has a key that has to be/,
    ],
    ['a table that nobody knows', (tx) => tx.put(unheardOf, ['x'], 1), /of unheard-of is of a table that nobody knows/],
  ])('%s', async (_, harm, says) => {
    await opened((kv) => kv.write(harm))
    const { problems } = await verify({ folder })
    expect(problems[0]).toMatch(says)
  })
})

test('damage to pages is named, the rest is counted, and no page ends the process', async () => {
  const bytes = await readFile(join(folder, 'data.mdb'))
  const used = Array.from({ length: bytes.length / 4096 }, (_, page) => page).filter(
    (page) => page > 1 && bytes.subarray(page * 4096, page * 4096 + 4096).some((byte) => byte !== 0),
  )
  let damagedOnes = 0
  for (const page of used.slice(-30)) {
    const copy = join(parent, `copy${page}`)
    await cp(folder, copy, { recursive: true })
    const harmed = Buffer.from(bytes)
    harmed.fill(page % 2 ? 0 : 0xa5, page * 4096, page * 4096 + 4096)
    await writeFile(join(copy, 'data.mdb'), harmed)
    const { problems, compared } = await verify({ folder: copy })
    if (problems.length > 0) {
      damagedOnes++
      expect(compared).toBe(false)
      expect(problems[0]).toMatch(new RegExp(`page ${page} |leads to|is not as it was written`))
    }
    await rm(copy, { recursive: true })
  }
  expect(damagedOnes).toBeGreaterThan(5)
  await truncate(join(folder, 'data.mdb'), 3 * 4096)
  expect((await verify({ folder })).problems[0]).toMatch(/is damaged: (its end is missing|page \d+ is beyond)/)
})

test('a folder without data is refused', async () => {
  await expect(verify({ folder: parent })).rejects.toMatchObject({ reason: 'no-data' })
})
