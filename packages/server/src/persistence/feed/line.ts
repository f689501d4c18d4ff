import { incarnations } from '../../kv/incarnations.js'
import type { Reader, Transaction } from '../../kv/port.js'
import { headOf } from '../journal.js'
import type { JournalMessage, MessageOnLine } from '../port.js'
import { conversations } from '../tables.js'
import { type Fingerprints, fingerprintAt, fingerprintIn } from './fingerprints.js'
import { type Break, breaks, feeds, projected } from './tables.js'

/** What a conversation's journal is: another one each time that its partition went back. What was before a break is shared. */
export interface Line {
  /** How often the partition went back. */
  count: number
  breaks: readonly Break[]
}

/** How far a partition has what is fed to it. */
export interface Reached {
  /** -1 where it has nothing. */
  seq: number
  line: number
  /** Something that its clients may have heard is lost, and they were not told. */
  untold: boolean
  /** Of the newest places, up to that one. */
  fingerprints: Fingerprints
}

export const unbroken: Line = { count: 0, breaks: [] }

/** The line of a conversation that may not have gone on yet since its partition went back. */
export const lineOf = (reader: Reader, vendor: string, conversation: string): Line => {
  const count = countIn(reader)
  if (count === 0) return unbroken
  const known = reader.get(breaks, [vendor, conversation]) ?? []
  if (isOn(known, count)) return { count, breaks: known }
  const isThere = reader.get(conversations, [vendor, conversation]) !== undefined
  return { count, breaks: withBreak(known, [count, isThere ? headOf(reader, vendor, conversation) : -1]) }
}

/** In the transaction in which it goes on: `first` is the oldest place of what is written there. */
export const goOnLine = (tx: Transaction, vendor: string, conversation: string, first: number | undefined): Line => {
  const count = countIn(tx)
  if (count === 0) return unbroken
  if (first === undefined) return lineOf(tx, vendor, conversation)
  const key = [vendor, conversation]
  const known = tx.get(breaks, key) ?? []
  if (isOn(known, count)) return { count, breaks: known }
  const broken = withBreak(known, [count, first - 1])
  tx.put(breaks, key, broken)
  return { count, breaks: broken }
}

/** Up to here, what was said on this line, or before it, is on the newest one, too. */
export const sharedUpTo = ({ breaks }: Line, line: number): number =>
  Math.min(Number.POSITIVE_INFINITY, ...breaks.flatMap(([at, after]) => (at > line ? [after] : [])))

/** On which line this was said; 0 where nothing had gone back by then. */
export const lineAt = (line: Line, seq: number): number => breakBefore(line, seq)[0]

/** @param isBeside asked for whose inbox lies with the conversation: it went back together with that */
export const placedOn = (line: Line, message: JournalMessage, isBeside: boolean): MessageOnLine => {
  const [at, , unnoticed = -1] = breakBefore(line, message.seq)
  return { message, line: at, ...(isBeside && message.seq <= unnoticed && { isUnnoticed: true }) }
}

/** Whether what bears this line, and leads there, leads to what the journal has there now. @param isBeside as there */
export const leadsThere = (whole: Line, { seq, line }: { seq: number; line: number }, isBeside: boolean): boolean => {
  const [at, , unnoticed = -1] = breakBefore(whole, seq)
  return line === at || (isBeside && line < at && seq <= unnoticed)
}

export const reachedIn = (reader: Reader, vendor: string, conversation: string): Reached => {
  const found = reader.get(projected, [vendor, conversation]) ?? -1
  const [seq, line, untold = false, fingerprints = []] = typeof found === 'number' ? [found, 0] : found
  return { seq, line, untold, fingerprints }
}

export const putReached = (tx: Transaction, vendor: string, conversation: string, reached: Reached): void => {
  const { seq, line, untold, fingerprints } = reached
  const known = fingerprints.length > 0 ? ([seq, line, untold, fingerprints] as const) : undefined
  tx.put(projected, [vendor, conversation], known ?? (untold ? [seq, line, true] : line === 0 ? seq : [seq, line]))
}

/** It has something that is not in the journal any more, or not what is there. */
export const isTorn = ({ seq, line: at }: Reached, line: Line): boolean => seq > sharedUpTo(line, at)

/**
 * Up to here the journal has what a partition was brought of it; `upTo` where nothing else is known. What nobody can tell, and may be
 * lost, is taken to be.
 */
export const agreedUpTo = (
  reader: Reader,
  vendor: string,
  conversation: string,
  { reached, upTo }: { reached: Reached; upTo: number },
): number => {
  if (reader.get(conversations, [vendor, conversation]) === undefined) return upTo
  const head = headOf(reader, vendor, conversation)
  let isOther = head < upTo
  // Below all that is other: what is the same above that had its place given to it later.
  let agreed: number | undefined
  const lowest = reached.seq - reached.fingerprints.length + 1
  for (let seq = Math.min(upTo, reached.seq); seq >= lowest; seq--) {
    const had = fingerprintIn(reached, seq)
    if (had === 0) continue
    const has = seq <= head ? fingerprintAt(reader, vendor, conversation, seq) : 0
    if (has === undefined || has === had) agreed ??= seq
    else {
      isOther = true
      agreed = undefined
    }
  }
  if (!isOther) return upTo
  if (agreed !== undefined) return agreed
  const [waits = { seq: Number.POSITIVE_INFINITY }] = reader.get(feeds, [vendor, conversation]) ?? []
  return Math.min(upTo, lowest - 1, head, waits.seq - 1)
}

/**
 * In the transaction in which its partition comes to another line: the conversation went on after `after`, when nobody had noticed that it
 * had gone back.
 */
export const goOnUnnoticed = (
  tx: Transaction,
  { vendor, conversation, after }: { vendor: string; conversation: string; after: number },
): void => {
  const known = tx.get(breaks, [vendor, conversation]) ?? []
  const upTo = headOf(tx, vendor, conversation)
  tx.put(breaks, [vendor, conversation], withBreak(known, [countIn(tx), Math.min(after, upTo), upTo]))
}

const breakBefore = ({ breaks }: Line, seq: number): Break => breaks.findLast(([, after]) => after < seq) ?? [0, -1]

const countIn = (reader: Reader): number => reader.get(incarnations, [0])?.[0] ?? 0

const isOn = (known: readonly Break[], count: number): boolean => (known.at(-1)?.[0] ?? 0) >= count

/** What went on after a place that is lost by now is lost as a whole. */
const withBreak = (known: readonly Break[], next: Break): readonly Break[] => [
  ...known.filter(([, after]) => after < next[1]),
  next,
]
