import type { Reader } from '../../kv/port.js'
import type { JournalMessage } from '../port.js'
import { conversations, journal } from '../tables.js'

/** Tells what lies at a place of a journal from what else may have lain there. Stored, so it never changes; 0: not known. */
export const fingerprintOf = ({ from, id, at }: Pick<JournalMessage, 'from' | 'id' | 'at'>): number =>
  known(mixed(mixed(mixed(0x811c9dc5, from), id), `${at}`))

/** Of its founding, which has the place 0. */
export const fingerprintOfFounding = (at: number): number => known(mixed(0x811c9dc5, `${at}`))

/** `undefined` where that is not kept. */
export const fingerprintAt = (
  reader: Reader,
  vendor: string,
  conversation: string,
  seq: number,
): number | undefined => {
  if (seq === 0) {
    const record = reader.get(conversations, [vendor, conversation])
    return record && fingerprintOfFounding(record.createdAt)
  }
  const record = reader.get(journal, [vendor, conversation, seq])
  if (!record) return undefined
  const [from, id, at] = record
  return fingerprintOf({ from, id, at })
}

/** So many of the newest places can be told. */
const kept = 8

/** Those of the newest places, the newest last. */
export type Fingerprints = readonly number[]

interface Placed {
  /** Of the last of them. */
  seq: number
  fingerprints: Fingerprints
}

export const fingerprintIn = ({ seq, fingerprints }: Placed, at: number): number =>
  fingerprints[fingerprints.length - 1 - (seq - at)] ?? 0

/** Those up to the last one of what has come. */
export const withNext = (before: Placed, next: readonly { seq: number; fingerprint?: number }[]): Fingerprints => {
  const last = next.at(-1)?.seq ?? before.seq
  const first = Math.max(last - kept + 1, before.seq - before.fingerprints.length + 1)
  const found = Array.from({ length: last - first + 1 }, (_, i) => fingerprintIn(before, first + i))
  for (const { seq, fingerprint = 0 } of next) if (seq >= first) found[seq - first] = fingerprint
  return found.some((each) => each !== 0) ? found : []
}

/** Those of what is left. */
export const upTo = (before: Placed, seq: number): Fingerprints =>
  seq < before.seq
    ? before.fingerprints.slice(0, Math.max(0, before.fingerprints.length - (before.seq - seq)))
    : before.fingerprints

const known = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0 || 1
}

const mixed = (before: number, text: string): number => {
  let hash = Math.imul(before ^ text.length, 0x01000193)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
