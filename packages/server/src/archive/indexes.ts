import type { RoutedMessage } from '../broker/port.js'
import { expiries, expiryKey } from '../broker/retained-expiry.js'
import type { Key, Reader, Table } from '../kv/port.js'
import * as store from '../persistence/tables.js'
import { idsKnownMs } from '../persistence/trim.js'

/** What follows from the entries of a table: entries of another one. */
export interface Index {
  table: Table<unknown>
  /** @param reader for what depends on a third table */
  entryOf(key: Key, value: unknown, reader: Reader): { key: Key; value: unknown } | undefined
}

const index = <K extends Key, Source, V>(
  table: Table<V>,
  entryOf: (key: K, value: Source, reader: Reader) => { key: Key; value: V } | undefined,
): Index => ({ table, entryOf: entryOf as unknown as Index['entryOf'] })

type SeatKey = [vendor: string, conversation: string, bot: string]
type Id = number | readonly [seq: number, at: number]

export const idOfMessage = index<[string, string, number], Source<typeof store.journal>, Id>(
  store.ids,
  ([vendor, conversation, seq], record) =>
    record ? { key: [vendor, record[1], conversation, record[0]], value: seq } : undefined,
)

export const idOfTrimmed = index<[string, number, string, number], Source<typeof store.trimmedIds>, Id>(
  store.ids,
  ([vendor, due, conversation, seq], [id, from]) => ({
    key: [vendor, id, conversation, from],
    value: [seq, due - idsKnownMs],
  }),
)

export const parkedState = index<SeatKey, store.StandingRecord, string | null>(
  store.parked,
  ([vendor, conversation, bot], { parked }) =>
    parked && { key: [vendor, bot, conversation], value: parked.version ?? null },
)

export const holdByUntil = index<SeatKey, number, true>(store.heldByUntil, ([vendor, conversation, bot], until) => ({
  key: [vendor, bot, until, conversation],
  value: true,
}))

/** While a seat is held, its mark is not among those offered. */
export const waitingMark = index<SeatKey, number, true>(store.waitingBySince, (seat, since, reader) => {
  const [vendor, conversation, bot] = seat
  return reader.get(store.holds, seat) === undefined
    ? { key: [vendor, bot, since, conversation], value: true }
    : undefined
})

export const timerByDue = index<[...SeatKey, string], number, true>(
  store.timersByDue,
  ([vendor, conversation, bot, timer], due) => ({ key: [vendor, bot, due, conversation, timer], value: true }),
)

export const deadLetterByTime = index<Key, store.DeadLetterRecord, true>(
  store.deadLettersByTime,
  ([vendor = '', ...place], { at }) => ({ key: [vendor, at, ...place], value: true }),
)

export const expiryOfRetained = index<[string, string], RoutedMessage, true>(expiries, (_, message) => {
  const key = expiryKey(message)
  return key && { key, value: true }
})

type Source<T> = T extends Table<infer V> ? V : never
