import {
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StorageError } from '../../src/kv/errors.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'

const pageBytes = 4096
const rooms = Array.from({ length: 12 }, (_, n) => `room${n}`)

let parent: string
let whole: string
let expected: string

/** All that was said, as text that can be compared. */
const journals = async (folder: string): Promise<string> => {
  const kv = await openLmdb({ folder })
  try {
    const store = new EmbeddedStore({ kv })
    const found = await Promise.all(rooms.map((room) => store.read('acme', room, { after: 0, limit: 10_000 })))
    return JSON.stringify(found)
  } finally {
    await kv.close()
  }
}

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'daakia-damage-'))
  whole = join(parent, 'whole')
  const kv = await openLmdb({ folder: whole })
  const store = new EmbeddedStore({ kv })
  for (const room of rooms) await store.conversation('acme', room, { members: ['ana', 'ben'], at: 1 })
  for (let round = 0; round < 40; round++) {
    const said = rooms.map((room, n) => {
      // Now and then one that does not fit on a page.
      const payload = new Uint8Array(n === round % 12 ? 9_000 : 80).fill(round + n)
      return store.append('acme', room, { from: 'ana', id: `${round}`, at: round, type: 'text', payload })
    })
    await Promise.all(said)
  }
  await kv.close()
  expected = await journals(whole)
})

afterAll(() => rmSync(parent, { recursive: true }))

/** What opening a copy comes to after something was done to its data file: its journals, or the error's message. */
const afterwards = async (harm: (file: string) => void): Promise<string> => {
  const folder = mkdtempSync(join(parent, 'copy-'))
  cpSync(whole, folder, { recursive: true })
  harm(join(folder, 'data.mdb'))
  try {
    // Where it opens, all that is in it can be read.
    return await openLmdb({ folder }).then((kv) => kv.close().then(() => journals(folder)), refusalOf)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const refusalOf = (error: unknown): string => {
  expect(error).toBeInstanceOf(StorageError)
  const { reason, message } = error as StorageError
  expect(reason).toBe('damaged')
  expect(message).toMatch(/^The data file .*data\.mdb is damaged: .*daakia verify/)
  return message
}

const writeAt = (file: string, position: number, bytes: Uint8Array): void => {
  const opened = openSync(file, 'r+')
  writeSync(opened, bytes, 0, bytes.length, position)
}

describe('a data file that is', () => {
  test.each<[string, (file: string) => void, RegExp]>([
    ['gone', (file) => rmSync(file), /it is gone/],
    ['empty', (file) => truncateSync(file, 0), /it is empty/],
    ['cut within its first page', (file) => truncateSync(file, 100), /it ends within meta page 0/],
    ['cut within its second page', (file) => truncateSync(file, pageBytes + 100), /it ends within meta page 1/],
    ['cut after its meta pages', (file) => truncateSync(file, 2 * pageBytes), /its end is missing|beyond the end/],
    ['another file', (file) => writeFileSync(file, 'Dear diary, '.repeat(5_000)), /it is no file of LMDB/],
    ['of another version of LMDB', (file) => writeAt(file, 28, new Uint8Array([1, 0])), /another version of LMDB/],
    ['without its second meta page', (file) => writeAt(file, pageBytes, new Uint8Array(pageBytes)), /meta page 1 is/],
    [
      'zeros after its meta pages',
      (file) => writeAt(file, 2 * pageBytes, new Uint8Array(statSync(file).size)),
      /zeros/,
    ],
  ])('%s is noticed at start', async (_, harm, says) => {
    expect(await afterwards(harm)).toMatch(says)
  })

  test('cut anywhere is noticed, or has lost nothing', async () => {
    const { size } = statSync(join(whole, 'data.mdb'))
    for (let page = 2; page * pageBytes < size; page++) {
      const after = await afterwards((file) => truncateSync(file, page * pageBytes - 7))
      if (after !== expected) expect(after).toMatch(/damaged/)
    }
  })
})

const harm = fc.record({
  place: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
  kind: fc.constantFrom('zeros', 'noise', 'bit', 'page of elsewhere', 'older page'),
  length: fc.constantFrom(1, 8, 512, pageBytes),
  seed: fc.integer({ min: 1, max: 255 }),
})

test('whatever is changed in a data file is noticed at start, or has changed nothing that was acknowledged', async () => {
  const bytes = readFileSync(join(whole, 'data.mdb'))
  let noticed = 0
  const runs = 300
  await fc.assert(
    fc.asyncProperty(harm, async ({ place, kind, length, seed }) => {
      const byte = Math.floor(place * bytes.length)
      const page = Math.floor(byte / pageBytes)
      const after = await afterwards((file) => {
        if (kind === 'zeros') writeAt(file, byte, new Uint8Array(Math.min(length, bytes.length - byte)))
        if (kind === 'noise')
          writeAt(
            file,
            byte,
            Uint8Array.from({ length: Math.min(length, bytes.length - byte) }, (_, i) => seed * i * 31),
          )
        if (kind === 'bit') writeAt(file, byte, Uint8Array.of((bytes[byte] as number) ^ (1 << (seed % 8))))
        if (kind === 'page of elsewhere' || kind === 'older page') {
          const other = (page + seed) % Math.floor(bytes.length / pageBytes)
          const copy = Buffer.from(bytes.subarray(other * pageBytes, (other + 1) * pageBytes))
          if (kind === 'older page') copy.writeBigUInt64LE(BigInt(page), 0)
          writeAt(file, page * pageBytes, copy)
        }
      })
      if (after !== expected) {
        noticed++
        expect(after).toMatch(/is damaged: /)
      }
    }),
    { numRuns: runs },
  )
  expect(noticed).toBeGreaterThan(runs / 5)
})
