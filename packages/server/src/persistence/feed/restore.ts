import type { Partitions, Reader, SharedKeyValue, Transaction } from '../../kv/port.js'
import { rooms } from '../../state/roster/tables.js'
import { atOf } from '../journal.js'
import type { LostPointers, LostQuery, MembershipProjection, Projection } from '../projection.js'
import { conversations, joins } from '../tables.js'
import { upTo } from './fingerprints.js'
import { agreedUpTo, type Line, lineOf, putReached, type Reached, reachedIn, sharedUpTo } from './line.js'
import { membersAt } from './members-at.js'
import type { LookAt, Noticing } from './noticing.js'

export interface RestoreParts {
  partitions: Partitions
  inbox?: Projection | undefined
  membershipProjections: readonly MembershipProjection[]
  noticing: Noticing
  /** Told of whose inboxes and rosters have no more what is lost. */
  restored?(restored: Restored): void
}

export interface Restored {
  vendor: string
  conversation: string
  clients: readonly string[]
}

/** So many pointers are taken away in one transaction. */
const atOnce = 500
/** So many inboxes are looked through at once. */
const inboxesAtOnce = 32

/**
 * Takes from a partition what it has of a conversation, and what is lost since the conversation's own partition went back: pointers on
 * inboxes, and changes of who is in it. What has come in its place, or will, is fresh there then. Answers the clients whom it
 * concerns; `undefined` where nothing of it is lost.
 *
 * @throws StorageError where one of the two is away; then it may be done in part, and is to be done again
 */
export const restore = async (
  parts: RestoreParts,
  target: SharedKeyValue,
  vendor: string,
  conversation: string,
): Promise<readonly string[] | undefined> => {
  const { partitions } = parts
  const isThere = (client: string) => partitions.of(vendor, client) === target
  for (;;) {
    const { there, home } = await standings(parts, target, vendor, conversation)
    if (!home) return undefined
    if (home.isUnnoticed) {
      const goneOn = { vendor, conversation, reached: there.reached, after: home.after }
      await parts.noticing.notice(partitions.of(vendor, conversation), goneOn, goneOnIn(parts))
      continue
    }
    const torn: Torn = { vendor, conversation, home, there, members: there.members.filter(isThere) }
    const clients = [...new Set([...torn.members, ...home.joined.map(({ client }) => client)])]
    await takeBackPointers(parts, target, torn, clients)
    if (!(await target.write((tx) => restoreStanding(tx, parts, torn)))) continue
    parts.restored?.({ vendor, conversation, clients })
    return clients
  }
}

const standings = async (
  { partitions }: RestoreParts,
  target: SharedKeyValue,
  vendor: string,
  conversation: string,
) => {
  const isThere = (client: string) => partitions.of(vendor, client) === target
  const there = await target.read((reader) => standingThere(reader, vendor, conversation))
  const asked: Asked = { vendor, conversation, isThere, reached: there.reached }
  return { there, home: await partitions.of(vendor, conversation).read((reader) => standingAtHome(reader, asked)) }
}

const goneOnIn =
  (parts: RestoreParts): LookAt =>
  async (target, vendor, conversation) => {
    const { there, home } = await standings(parts, target, vendor, conversation)
    return home?.isUnnoticed ? { vendor, conversation, reached: there.reached, after: home.after } : undefined
  }

/** What a partition knows of a conversation of another one. */
interface There {
  reached: Reached
  /** Those who are in it, wherever they are. */
  members: readonly string[]
}

/** The conversation has gone on after that in the place of what is lost, or is to, and nobody has noticed. */
interface Unnoticed {
  isUnnoticed: true
  after: number
}

/** What is left of what it knows. */
interface AtHome {
  isUnnoticed?: never
  line: Line
  /** What is after it is lost. */
  after: number
  room: readonly [seq: number, ...members: string[]] | undefined
  /** Clients of the other partition. */
  joined: readonly { client: string; seq: number; at: number }[]
}

interface Torn {
  vendor: string
  conversation: string
  home: AtHome
  there: There
  /** Clients of the partition who are in it, as far as that knows. */
  members: readonly string[]
}

const standingThere = (reader: Reader, vendor: string, conversation: string): There => {
  const [, ...members] = reader.get(rooms, [vendor, conversation]) ?? [0]
  return { reached: reachedIn(reader, vendor, conversation), members }
}

/** `undefined` where nothing is lost. What has come since then is for the feed to bring. */
const standingAtHome = (reader: Reader, asked: Asked): AtHome | Unnoticed | undefined => {
  const { vendor, conversation, isThere, reached } = asked
  const line = lineOf(reader, vendor, conversation)
  const after = Math.min(sharedUpTo(line, reached.line), reached.seq)
  const agreed = agreedUpTo(reader, vendor, conversation, { reached, upTo: after })
  if (agreed < after) return { isUnnoticed: true, after: agreed }
  if (after === reached.seq) return undefined
  const record = reader.get(conversations, [vendor, conversation])
  if (!record || after < 0) return { line, after, room: undefined, joined: [] }
  const members = membersAt(reader, { vendor, conversation, members: record.members }, after)
  const [changed] = reader.get(rooms, [vendor, conversation]) ?? [0]
  const joined = members.filter(isThere).map((client) => {
    const seq = Math.min(reader.get(joins, [vendor, conversation, client]) ?? 0, after)
    const at = seq > 0 ? atOf(reader, vendor, conversation, seq) : undefined
    return { client, seq, at: at ?? record.createdAt }
  })
  return { line, after, room: [Math.min(changed, after), ...members], joined }
}

interface Asked {
  vendor: string
  conversation: string
  isThere(client: string): boolean
  reached: Reached
}

const takeBackPointers = async (
  { inbox }: RestoreParts,
  target: SharedKeyValue,
  { vendor, conversation, home: { after }, there: { reached } }: Torn,
  clients: readonly string[],
): Promise<void> => {
  if (!inbox) return
  for (let next = 0; next < clients.length; next += inboxesAtOnce) {
    const found = await Promise.all(
      clients
        .slice(next, next + inboxesAtOnce)
        .map((client) => findLost(inbox, target, { vendor, client, conversation, after, line: reached.line })),
    )
    for (const lost of inParts(found)) await target.write((tx) => inbox.takeBack(tx, lost))
  }
}

const findLost = async (inbox: Projection, target: SharedKeyValue, query: LostQuery): Promise<LostPointers> => {
  const { before: _, ...lost } = query
  const all: number[] = []
  for (let before = query.before; ; ) {
    const asked = before === undefined ? query : { ...query, before }
    const found = await target.read((reader) => inbox.findLost(reader, asked))
    all.push(...found.offsets)
    if (found.before === undefined) return { ...lost, offsets: all }
    before = found.before
  }
}

const inParts = (found: readonly LostPointers[]): LostPointers[][] => {
  const parts: LostPointers[][] = []
  let room = 0
  for (const lost of found)
    for (let next = 0; next < lost.offsets.length; ) {
      if (room === 0) {
        parts.push([])
        room = atOnce
      }
      const offsets = lost.offsets.slice(next, next + room)
      parts.at(-1)?.push({ ...lost, offsets })
      next += offsets.length
      room -= offsets.length
    }
  return parts
}

/** False where more has come there since it was looked through. */
const restoreStanding = (tx: Transaction, { membershipProjections }: RestoreParts, torn: Torn): boolean => {
  const { vendor, conversation, there, home, members } = torn
  const { seq, line } = reachedIn(tx, vendor, conversation)
  if (seq !== there.reached.seq || line !== there.reached.line) return false
  const { after, room, joined } = home
  const left = members.filter((client) => !joined.some((each) => each.client === client))
  for (const each of membershipProjections) each.restoreMembers(tx, { vendor, conversation, after, room, joined, left })
  const fingerprints = upTo(there.reached, after)
  putReached(tx, vendor, conversation, { seq: after, line: home.line.count, untold: true, fingerprints })
  return true
}
