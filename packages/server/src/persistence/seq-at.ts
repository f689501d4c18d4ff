import type { Reader } from '../kv/port.js'
import { atOf, firstOf, headOf } from './journal.js'
import { fallbacks } from './tables.js'

/** The lowest `seq` that is kept with `at >= time`; `head + 1` where there is none. */
export const seqAt = (reader: Reader, vendor: string, conversation: string, time: number): number => {
  const isReached = (seq: number) => (atOf(reader, vendor, conversation, seq) ?? Number.NEGATIVE_INFINITY) >= time
  for (const { first, last } of rising(reader, vendor, conversation))
    if (isReached(last)) return lowest(first, last, isReached)
  return headOf(reader, vendor, conversation) + 1
}

/** The parts of a journal in which `at` does not fall: one, unless the clock was set back. */
function* rising(reader: Reader, vendor: string, conversation: string): Iterable<{ first: number; last: number }> {
  let first = firstOf(reader, vendor, conversation)
  const end = headOf(reader, vendor, conversation) + 1
  for (const { key } of reader.range(fallbacks, {
    from: [vendor, conversation, first + 1],
    to: [vendor, conversation, end],
  })) {
    const next = key[2] as number
    yield { first, last: next - 1 }
    first = next
  }
  if (first < end) yield { first, last: end - 1 }
}

/** The lowest number from `first` to `last` that `holds`, where that holds for all above it, and for `last`. */
const lowest = (first: number, last: number, holds: (seq: number) => boolean): number => {
  let low = first
  let high = last
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
