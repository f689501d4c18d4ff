import { expect, test } from 'vitest'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { KeyValue } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { journal } from '../../src/persistence/tables.js'

const length = 10_000

/** A store that counts the entries of journals that are read. */
const opened = async () => {
  const inner = memoryKeyValue()
  const counter = { entries: 0 }
  const kv: KeyValue = {
    read: async (work) => work(kv),
    get: (table, key) => {
      if (table.name === journal.name) counter.entries++
      return inner.get(table, key)
    },
    *range(table, range) {
      for (const entry of inner.range(table, range)) {
        if (table.name === journal.name) counter.entries++
        yield entry
      }
    },
    lastNumber: (table, prefix) => inner.lastNumber(table, prefix),
    *after(table, ...asked) {
      for (const entry of inner.after(table, ...asked)) {
        if (table.name === journal.name) counter.entries++
        yield entry
      }
    },
    write: (work, flushed) => inner.write(work, flushed),
    close: () => inner.close(),
  }
  const store = new EmbeddedStore({ kv })
  await store.conversation('acme', 'room', { members: ['ana'], at: 1 })
  const said = Array.from({ length }, (_, i) =>
    store.append('acme', 'room', { from: 'ana', id: `${i}`, at: i + 1, type: 'text', payload: new Uint8Array() }),
  )
  await Promise.all(said)
  counter.entries = 0
  return { store, counter }
}

test('a time is found without walking through the journal', async () => {
  const { store, counter } = await opened()
  expect(await store.seqAt('acme', 'room', 7_777)).toBe(7_777)
  expect(counter.entries).toBeLessThan(2 * Math.log2(length))
})

test('whether there is something to trim is seen by the first entry', async () => {
  const { store, counter } = await opened()
  await store.trim('acme', 'room', { olderThan: 1, newest: length, now: length, limit: 100 })
  expect(counter.entries).toBeLessThan(5)
})
