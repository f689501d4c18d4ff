import { incarnations } from '../../kv/incarnations.js'
import type { Reader, Transaction } from '../../kv/port.js'
import { headOf } from '../journal.js'
import { conversations } from '../tables.js'
import { type Break, breaks, projected } from './tables.js'

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
export const lineAt = ({ breaks }: Line, seq: number): number => breaks.findLast(([, after]) => after < seq)?.[0] ?? 0

export const reachedIn = (reader: Reader, vendor: string, conversation: string): Reached => {
  const found = reader.get(projected, [vendor, conversation]) ?? -1
  const [seq, line, untold = false] = typeof found === 'number' ? [found, 0] : found
  return { seq, line, untold }
}

export const putReached = (tx: Transaction, vendor: string, conversation: string, reached: Reached): void => {
  const { seq, line, untold } = reached
  tx.put(projected, [vendor, conversation], line === 0 ? seq : untold ? [seq, line, true] : [seq, line])
}

/** It has something that is not in the journal any more, or not what is there. */
export const isTorn = ({ seq, line: at }: Reached, line: Line): boolean => seq > sharedUpTo(line, at)

const countIn = (reader: Reader): number => reader.get(incarnations, [0])?.[0] ?? 0

const isOn = (known: readonly Break[], count: number): boolean => (known.at(-1)?.[0] ?? 0) >= count

/** What went on after a place that is lost by now is lost as a whole. */
const withBreak = (known: readonly Break[], next: Break): readonly Break[] => [
  ...known.filter(([, after]) => after < next[1]),
  next,
]
