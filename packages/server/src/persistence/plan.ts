import type { Reader } from '../kv/port.js'
import { firstOf } from './journal.js'
import type { ArchiveTerms, JournalMessage, Run } from './port.js'
import { newestRun } from './segments.js'
import { beyondFrom } from './trim.js'

/** The messages that the next file of the archive is to have; what is planned already, where something is. */
export const nextRun = (reader: Reader, vendor: string, conversation: string, terms: ArchiveTerms): Run | undefined => {
  const newest = newestRun(reader, vendor, conversation)
  if (newest?.isPlanned) return { first: newest.first, last: newest.last }
  const from = Math.max(firstOf(reader, vendor, conversation), (newest?.last ?? 0) + 1)
  if (!isWorthIt(reader, [vendor, conversation, from], terms)) return undefined
  const run = fitting(beyondFrom(reader, [vendor, conversation, from], terms), terms)
  const [first, last] = [run[0], run.at(-1)]
  return first && last && { first: first.seq, last: last.seq }
}

/** Looked at often, and most often not so: the oldest message and the one that would make a file full say it. */
const isWorthIt = (reader: Reader, from: Place, terms: ArchiveTerms): boolean => {
  const isBeyond = ([vendor, conversation, seq]: Place) =>
    beyondFrom(reader, [vendor, conversation, seq], { ...terms, limit: 1 })[0]
  const oldest = isBeyond(from)
  if (!oldest) return false
  if (oldest.at < (terms.partialBefore ?? Number.POSITIVE_INFINITY)) return true
  return isBeyond([from[0], from[1], from[2] + terms.limit - 1]) !== undefined
}

type Place = readonly [vendor: string, conversation: string, seq: number]

/** The first of them, as many as one file may have. */
const fitting = (messages: readonly JournalMessage[], terms: ArchiveTerms): readonly JournalMessage[] => {
  const { mostBytes, mostMs = Number.POSITIVE_INFINITY } = terms
  const end = (messages[0]?.at ?? 0) + mostMs
  let bytes = 0
  const tooMany = messages.findIndex(({ payload, at }, place) => {
    bytes += payload.length
    return place > 0 && (bytes > mostBytes || at > end)
  })
  return tooMany === -1 ? messages : messages.slice(0, tooMany)
}
