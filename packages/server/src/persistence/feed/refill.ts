import type { Reader, SharedKeyValue, Transaction } from '../../kv/port.js'
import { rooms } from '../../state/roster/tables.js'
import { firstOf } from '../journal.js'
import { conversations } from '../tables.js'
import type { Fed } from './feed.js'
import { fedFrom, type PlaceInJournal, placesAfter } from './from-journal.js'
import { type Line, lineOf, type Reached, reachedIn } from './line.js'
import type { FedEntry } from './tables.js'

/** What a partition lacks of a conversation, for all who were in it, and on which line that is. */
export interface Lacking {
  entries: readonly FedEntry[]
  line: Line
  /** All of it is after this `seq`. */
  after: number
}

/**
 * What a partition lacks of a conversation of another one, by that one's journal. What was taken from the
 * feed, as it had come there, and is lost there, is nowhere else.
 */
export const lackingIn = async (
  home: SharedKeyValue,
  target: SharedKeyValue,
  vendor: string,
  conversation: string,
): Promise<Lacking> => {
  const { reached, room } = await target.read((reader) => ({
    reached: reachedIn(reader, vendor, conversation),
    room: roomIn(reader, vendor, conversation),
  }))
  const after = reached.seq
  const places: PlaceInJournal[] = []
  for (;;) {
    const from = places.at(-1)?.seq ?? Math.max(after, 0)
    const page = await home.read((reader) => ({
      record: reader.get(conversations, [vendor, conversation]),
      line: lineOf(reader, vendor, conversation),
      places: placesAfter(reader, { vendor, conversation }, from, atOnce),
      trimmed: firstOf(reader, vendor, conversation) - 1,
    }))
    const { record, line } = page
    // It was moved there, and nothing was said since.
    const isThere = after < 0 && room !== undefined
    if (!record || isThere) return { entries: [], line, after }
    places.push(...page.places)
    if (page.places.length < atOnce) {
      const { members, createdAt } = record
      const at = places[0]?.at ?? createdAt
      const beginning = after < 0 ? { founding: createdAt } : {}
      const trimmed = after >= 0 && page.trimmed > after && { trimmed: { seq: page.trimmed, at, members: room ?? [] } }
      return { entries: fedFrom(places, { members, ...beginning, ...trimmed }), line, after }
    }
  }
}

/** So many places of a journal are read at once. */
const atOnce = 256

/**
 * Whether the partition has gone back since it had what was before this: each place of a journal is for all who are in the conversation, and
 * comes to them in order. `isOwn`: a client of the partition.
 */
export const isGap = (
  tx: Transaction,
  { vendor, conversation }: Pick<Fed, 'vendor' | 'conversation'>,
  next: FedEntry,
  { reached, isOwn }: { reached: Reached; isOwn(client: string): boolean },
): boolean => {
  if (next.seq <= reached.seq + 1) return false
  const joined = new Set(next.change?.joined)
  const wasIn = next.members?.some((client) => isOwn(client) && !joined.has(client)) ?? false
  const room = roomIn(tx, vendor, conversation)
  // What was moved there is not noted, and is there.
  if (reached.seq < 0) return wasIn && !room
  return wasIn || (room ?? []).some(isOwn)
}

const roomIn = (reader: Reader, vendor: string, conversation: string): readonly string[] | undefined =>
  reader.get(rooms, [vendor, conversation])?.slice(1) as readonly string[] | undefined
