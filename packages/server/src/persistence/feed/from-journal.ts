import type { Reader } from '../../kv/port.js'
import { messagesAfter } from '../journal.js'
import { fingerprintOf, fingerprintOfFounding } from './fingerprints.js'
import { changeIn, type MemberChange, membersBefore } from './members-at.js'
import type { FedEntry } from './tables.js'

/** What of a place of a journal its feed had. */
export interface PlaceInJournal {
  seq: number
  at: number
  fingerprint: number
  /** Who came or left there. */
  change?: MemberChange
}

/** So many of the places after this `seq`, in order. */
export const placesAfter = (
  reader: Reader,
  { vendor, conversation }: { vendor: string; conversation: string },
  after: number,
  limit: number,
): PlaceInJournal[] => {
  const places: PlaceInJournal[] = []
  for (const message of messagesAfter(reader, vendor, conversation, after)) {
    const [change] = changeIn(message)
    places.push({ seq: message.seq, at: message.at, fingerprint: fingerprintOf(message), ...(change && { change }) })
    if (places.length === limit) break
  }
  return places
}

export interface Around {
  /** Who is in the conversation after them. */
  members: readonly string[]
  /** When it was made, where that is to be part of the feed. */
  founding?: number | undefined
  /** What came right before them is kept no more, up to this `seq`; who was in it before that. */
  trimmed?: { seq: number; at: number; members: readonly string[] } | undefined
}

/** The feed of these places, for all who were in the conversation. */
export const fedFrom = (
  places: readonly PlaceInJournal[],
  { members: after, founding, trimmed }: Around,
): FedEntry[] => {
  let members = membersBefore(
    places.flatMap(({ change }) => change ?? []),
    after,
  )
  const entries: FedEntry[] = []
  if (founding !== undefined)
    entries.push({
      ...{ seq: 0, fingerprint: fingerprintOfFounding(founding) },
      change: { members, joined: members, left: [], at: founding, closed: false },
    })
  if (trimmed) entries.push(...changeWithin(trimmed, members))
  for (const place of places) {
    const entry = entryFor(place, members)
    entries.push(entry)
    members = entry.change?.members ?? members
  }
  return entries
}

/** Who has come and left meanwhile, and is told by nothing that is kept. */
const changeWithin = ({ seq, at, members: before }: NonNullable<Around['trimmed']>, members: readonly string[]) => {
  const joined = members.filter((client) => !before.includes(client))
  const left = before.filter((client) => !members.includes(client))
  return joined.length + left.length > 0 ? [{ seq, change: { members, joined, left, at, closed: false } }] : []
}

const entryFor = ({ at, change, ...place }: PlaceInJournal, before: readonly string[]): FedEntry => {
  if (!change) return { ...place, members: before }
  const joined = change.change === 'joined' ? change.clients : []
  const left = change.change === 'left' ? change.clients : []
  const members = [...before.filter((client) => !left.includes(client)), ...joined]
  return {
    ...place,
    members: [...before, ...joined],
    change: { members, joined, left, at, closed: change.change === 'closed' },
  }
}
