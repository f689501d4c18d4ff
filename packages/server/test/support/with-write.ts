import type { KeyValue } from '../../src/kv/port.js'

/** The same storage, written to in another way. */
export const withWrite = (storage: KeyValue, write: KeyValue['write']): KeyValue => ({
  read: (work) => storage.read(work),
  get: (table, key) => storage.get(table, key),
  range: (table, range) => storage.range(table, range),
  lastNumber: (table, prefix) => storage.lastNumber(table, prefix),
  after: (...asked) => storage.after(...asked),
  close: () => storage.close(),
  write,
})
