import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import { firstOf, headOf } from './journal.js'
import type { Archived, ArchiveMark, ExpiryTerms, Run, Segment } from './port.js'
import { archives, type SegmentRecord, segments } from './tables.js'

/** What a journal has in the archive. */
export const archivedOf = (reader: Reader, vendor: string, conversation: string): Archived => ({
  first: firstOf(reader, vendor, conversation),
  segments: [...segmentsOf(reader, vendor, conversation)],
})

/** `seq` of the newest message that is in the archive; 0 where none is. */
export const archivedUpTo = (reader: Reader, vendor: string, conversation: string): number => {
  for (const { value } of reader.range(segments, { ...under(vendor, conversation), reverse: true, limit: 2 }))
    if (!('planned' in value)) return value.last
  return 0
}

/** `seq` of the oldest message that is in the archive, where that is before `first`. */
export const archivedBefore = (
  reader: Reader,
  vendor: string,
  conversation: string,
  first: number,
): number | undefined => {
  const [oldest] = segmentsOf(reader, vendor, conversation)
  return oldest && oldest.first < first ? oldest.first : undefined
}

/** The newest file of a journal, be it planned or there. */
export const newestRun = (reader: Reader, vendor: string, conversation: string) => {
  const [newest] = reader.range(segments, { ...under(vendor, conversation), reverse: true, limit: 1 })
  return newest && { first: newest.key[2] as number, last: newest.value.last, isPlanned: 'planned' in newest.value }
}

/** Writes down what the next file is to have. Answers what it is, which another one may have written before. */
export const notePlan = (tx: Transaction, vendor: string, conversation: string, next: Run): Run | undefined => {
  const newest = newestRun(tx, vendor, conversation)
  if (newest?.isPlanned) return { first: newest.first, last: newest.last }
  if (newest && newest.last >= next.first) return undefined
  tx.put(segments, [vendor, conversation, next.first], { last: next.last, planned: true })
  return next
}

export const settlePlan = (
  tx: Transaction,
  vendor: string,
  conversation: string,
  run: Run,
  segment: Segment | undefined,
): boolean => {
  const key = [vendor, conversation, run.first]
  const planned = tx.get(segments, key)
  if (!planned || !('planned' in planned) || planned.last !== run.last) return false
  if (segment) tx.put(segments, key, recordOf(segment))
  else tx.remove(segments, key)
  return true
}

/** Those that have expired, with those that do so now. */
export const expireSegments = (
  tx: Transaction,
  vendor: string,
  conversation: string,
  terms: ExpiryTerms,
): readonly Run[] => {
  const { expiring, runs } = expiryOf(tx, vendor, conversation, terms)
  for (const { first, last } of expiring) tx.put(segments, [vendor, conversation, first], { last, expired: true })
  return runs
}

/** All that have expired by these terms, and those of them that are not noted as such. */
export const expiryOf = (reader: Reader, vendor: string, conversation: string, terms: ExpiryTerms) => {
  const { olderThan = Number.NEGATIVE_INFINITY, newest = Number.POSITIVE_INFINITY } = terms
  const expiring: Run[] = []
  const runs: Run[] = []
  for (const { key, value } of reader.range(segments, under(vendor, conversation))) {
    if ('planned' in value) break
    const tooMany = headOf(reader, vendor, conversation) - newest
    if ('sha256' in value && value.highest >= olderThan && value.last > tooMany) break
    const run = { first: key[2] as number, last: value.last }
    runs.push(run)
    if ('sha256' in value) expiring.push(run)
  }
  return { expiring, runs }
}

export const forgetSegment = (tx: Transaction, vendor: string, conversation: string, { first, last }: Run): void => {
  const key = [vendor, conversation, first]
  const record = tx.get(segments, key)
  if (record && 'expired' in record && record.last === last) tx.remove(segments, key)
}

export const settleMark = (tx: Transaction, proposed: string, isWritten: boolean): ArchiveMark => {
  const known = tx.get(archives, [0])
  const mark = { id: known?.id ?? proposed, isWritten: isWritten || known?.isWritten === true }
  if (mark.isWritten !== known?.isWritten) tx.put(archives, [0], mark)
  return mark
}

function* segmentsOf(reader: Reader, vendor: string, conversation: string): Iterable<Segment> {
  for (const { key, value } of reader.range(segments, under(vendor, conversation)))
    if ('sha256' in value) yield { first: key[2] as number, ...value }
}

const recordOf = ({ last, highest, sha256, earlier = [] }: Segment): SegmentRecord => ({
  ...{ last, highest, sha256 },
  ...(earlier.length > 0 && { earlier }),
})
