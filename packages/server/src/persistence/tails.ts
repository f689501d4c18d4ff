import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { countedBy, spokenBefore, toRecord } from './message-record.js'
import type { FeedEntry, JournalMessage, NewMessage, Reading, Tally } from './port.js'
import { journal, spoken, trimmedCounts } from './tables.js'
import { advance, emptyTail, latestSenders, type Tail, toTally } from './tally.js'

/** When more is remembered, all is forgotten: what is in use comes back at once. */
const mostRemembered = 50_000

/**
 * The ends of journals. What transactions know is a little ahead of the disk; readers are told what is on it. Whatever is
 * not remembered, or was undone, is read from the journal.
 */
export class Tails {
  readonly #written = new Map<string, Tail>()
  readonly #flushed = new Map<string, Tail>()
  readonly #remembers: boolean

  constructor({ remembers }: { remembers: boolean }) {
    this.#remembers = remembers
  }

  /** Writes the message after the newest one, with what is counted by it. */
  append(tx: Transaction, vendor: string, conversation: string, message: NewMessage): number {
    const key = keyOf(vendor, conversation)
    const remembered = this.#written.get(key) ?? tailOf(tx, vendor, conversation)
    const { tail, silent } = advance(remembered, message)
    const seq = tx.append(journal, [vendor, conversation], toRecord(message, toTally(tail)))
    // What was remembered has been undone.
    if (seq !== tail.seq) return this.#correct(tx, vendor, conversation, { ...message, seq })
    if (silent) tx.put(spoken, [vendor, conversation, silent.from], silent.seq)
    this.#remember(this.#written, key, tail)
    return seq
  }

  /** These are on disk. */
  flushed(entries: readonly FeedEntry[]): void {
    for (const { vendor, conversation, message } of entries) {
      const key = keyOf(vendor, conversation)
      const known = this.#flushed.get(key)
      if (!known || known.seq >= message.seq) continue
      if (known.seq === message.seq - 1) this.#flushed.set(key, advance(known, message).tail)
      else this.#flushed.delete(key)
    }
  }

  /** The end of a journal on disk. */
  of(reader: Reader, vendor: string, conversation: string): Tail {
    const key = keyOf(vendor, conversation)
    const known = this.#flushed.get(key)
    if (known) return known
    const tail = tailOf(reader, vendor, conversation)
    if (tail.seq > 0) this.#remember(this.#flushed, key, tail)
    return tail
  }

  #correct(tx: Transaction, vendor: string, conversation: string, message: JournalMessage): number {
    const { tail, silent } = advance(tailOf(tx, vendor, conversation, message.seq), message)
    tx.put(journal, [vendor, conversation, message.seq], toRecord(message, toTally(tail)))
    if (silent) tx.put(spoken, [vendor, conversation, silent.from], silent.seq)
    this.#remember(this.#written, keyOf(vendor, conversation), tail)
    return message.seq
  }

  #remember(memory: Map<string, Tail>, key: string, tail: Tail): void {
    if (!this.#remembers) return
    if (memory.size >= mostRemembered && !memory.has(key)) memory.clear()
    memory.set(key, tail)
  }
}

/** Keeps what is known of those who said what is trimmed, and how many messages count up to there. */
export const keepTally = (
  tx: Transaction,
  room: readonly [string, string],
  removed: readonly JournalMessage[],
): void => {
  const newest = new Map(removed.map(({ from, seq }) => [from, seq]))
  for (const [from, seq] of newest)
    if (seq > (tx.get(spoken, [...room, from]) ?? 0)) tx.put(spoken, [...room, from], seq)
  const last = tx.get(journal, [...room, removed.at(-1)?.seq ?? 0])
  if (last) tx.put(trimmedCounts, room, countedBy(last))
}

/** What the journal says of how far a client has read. */
export const tallyOf = (reader: Reader, tails: Tails, vendor: string, reading: Reading): Tally => {
  const { conversation, client } = reading
  const room = [vendor, conversation] as const
  const tail = tails.of(reader, vendor, conversation)
  const trimmed = reader.get(trimmedCounts, room)
  const among = tail.latest.find(({ from }) => from === client)
  const isSilent = !among && (trimmed !== undefined || tail.latest.length === latestSenders)
  const own = isSilent ? (reader.get(spoken, [...room, client]) ?? 0) : (among?.seq ?? 0)
  const read = Math.max(reading.read, own)
  const counted = read === among?.seq ? among.counted : countedUpTo(reader, room, read)
  const unread = read >= tail.seq ? 0 : tail.counted - Math.max(counted, trimmed ?? 0)
  return { head: tail.seq, at: tail.at, read, unread }
}

const countedUpTo = (reader: Reader, room: readonly [string, string], seq: number): number => {
  const record = seq > 0 ? reader.get(journal, [...room, seq]) : undefined
  return record ? countedBy(record) : 0
}

const keyOf = (vendor: string, conversation: string) => `${vendor}/${conversation}`

/** The end of the journal before `end`, or of all of it. */
const tailOf = (reader: Reader, vendor: string, conversation: string, end?: number): Tail => {
  const { from, to } = under(vendor, conversation)
  const range = { from, to: end === undefined ? to : [vendor, conversation, end], reverse: true, limit: 1 }
  const [newest] = reader.range(journal, range)
  if (!newest) return emptyTail
  const seq = newest.key[2] as number
  if (!newest.value) return { ...emptyTail, seq, counted: reader.get(trimmedCounts, [vendor, conversation]) ?? 0 }
  const latest = [{ from: newest.value[0], seq, counted: countedBy(newest.value) }]
  for (const distance of spokenBefore(newest.value)) {
    const record = reader.get(journal, [vendor, conversation, seq - distance])
    if (record) latest.push({ from: record[0], seq: seq - distance, counted: countedBy(record) })
  }
  return { seq, at: newest.value[2], counted: countedBy(newest.value), latest }
}
