import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { nameOfSegment } from '../../src/persistence/archive/names.js'
import type { Store } from '../../src/persistence/port.js'
import {
  archiveAllBut,
  archiverOf,
  pagesOf,
  reading,
  room,
  sayOfAllKinds,
  trimArchived,
  vendor,
} from '../support/archive-bench.js'
import { allEngines } from '../support/benches.js'
import { memoryArchive } from '../support/memory-archive.js'
import { numbers } from '../support/numbers.js'
import { rosterAndStore } from '../support/roster.js'

const count = 160

/** Queries of all kinds, the same for the same seed. */
const queries = (seed: number, random: number): object[] => {
  const below = numbers(seed)
  const some = Array.from({ length: random }, () => ({
    limit: 1 + below(40),
    ...(below(2) === 0 && { after: below(count) }),
    ...(below(3) === 0 && { before: below(count + 2) }),
    ...(below(3) === 0 && { since: below(count) * 1_000 }),
    ...(below(3) === 0 && { until: below(count) * 1_000 }),
  }))
  return [{ limit: 7 }, { limit: 7, after: 0 }, { limit: 1_000 }, { limit: 1_000, after: 0 }, ...some].flatMap(
    (query) => [query, { ...query, fold: true }],
  )
}

const allAnswers = async (read: ReturnType<typeof reading>, seed: number, random: number) => {
  const answers: unknown[] = []
  for (const query of queries(seed, random)) answers.push([query, await pagesOf(read, query)])
  return answers
}

for (const [name, open] of Object.entries(allEngines()))
  describe(name, () => {
    // What a query finds is the same over all of them, and a page of a Redis takes its time.
    const random = name.includes('Redis') ? 2 : 12

    test('a history reads the same, however much of it is in the archive', async () => {
      const storage = await open()
      try {
        const { keyValue: kv } = storage
        const store: Store = rosterAndStore(kv).store
        const archive = memoryArchive()
        const below = numbers(11)
        await sayOfAllKinds(store, count, below)
        const before = await allAnswers(reading(store, archive), 3, random)
        expect((await store.conversation(vendor, room))?.head).toBe(count)
        // Small files, because each time a little more is moved; in between, what was copied is still in the journal as well.
        for (let newest = count - 5; newest >= 0; newest -= 1 + below(45)) {
          await archiverOf(store, archive).copy(vendor, room, { newest, now: 10_000_000 })
          if (below(2) === 0) await store.trim(vendor, room, { archived: true, now: 10_000_000, limit: 5 })
          else await trimArchived(store)
          expect(await allAnswers(reading(store, archive), 3, random)).toEqual(before)
        }
        await archiveAllBut(store, archive, 0)
        expect(await store.read(vendor, room, { limit: 10 })).toEqual([])
        expect(archive.files.size).toBeGreaterThan(4)
        expect(await allAnswers(reading(store, archive), 3, random)).toEqual(before)
      } finally {
        await storage.remove()
      }
    }, 60_000)

    test('two that archive the same conversation at once move each message once', async () => {
      const storage = await open()
      try {
        const store: Store = rosterAndStore(storage.keyValue).store
        const archive = memoryArchive()
        await sayOfAllKinds(store, count, numbers(7))
        const before = await allAnswers(reading(store, archive), 4, random)
        let copied = 0
        for (let newest = count - 10; newest > 0; newest -= 20) {
          const both = [newest, newest - 7].map((each) => archiveAllBut(store, archive, each))
          for (const each of await Promise.all(both)) copied += each
        }
        await trimArchived(store)
        expect(await allAnswers(reading(store, archive), 4, random)).toEqual(before)
        const { first, segments } = await store.archived(vendor, room)
        expect(copied).toBe(first - 1)
        const named = segments.map((each) => nameOfSegment(vendor, room, each))
        expect([...archive.files.keys()].filter((name) => name.endsWith('.gz')).sort()).toEqual(named)
      } finally {
        await storage.remove()
      }
    }, 60_000)

    test('a history has no hole while it is moved', async () => {
      const storage = await open()
      try {
        const { keyValue: kv } = storage
        const store: Store = rosterAndStore(kv).store
        const archive = memoryArchive()
        await sayOfAllKinds(store, count, numbers(5))
        const read = reading(store, archive)
        let isMoving = true
        const moving = (async () => {
          for (let newest = count - 10; newest >= 0; newest -= 10) await archiveAllBut(store, archive, newest)
          isMoving = false
        })()
        const all = Array.from({ length: count }, (_, at) => at + 1)
        while (isMoving)
          for (const query of [{ limit: 30 }, { limit: 30, after: 0 }]) {
            const pages = await pagesOf(read, query)
            await nextTurn()
            const seqs = pages.flatMap(({ messages }) => messages.map(({ seq }) => seq))
            expect(seqs.sort((one, other) => one - other)).toEqual(all)
          }
        await moving
      } finally {
        await storage.remove()
      }
    }, 60_000)
  })
