import { StorageError } from '../../kv/errors.js'
import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import type { MembershipEntry } from '../port.js'
import type { Places, Pointed } from '../projection.js'
import type { Fed } from './feed.js'
import { fingerprintIn, withNext } from './fingerprints.js'
import { isTorn, type Line, lineAt, putReached, type Reached, reachedIn } from './line.js'
import { isGap, lackingIn } from './refill.js'
import { type RestoreParts, restore } from './restore.js'
import type { FedEntry } from './tables.js'

/**
 * Brings a feed to all partitions that have clients of it, each in a transaction of its own.
 *
 * @throws StorageError where one of them is away; the others may have it
 */
export const project = async (parts: RestoreParts, fed: Fed): Promise<void> => {
  const { partitions } = parts
  const { vendor, conversation, entries } = fed
  const home = partitions.of(vendor, conversation)
  const writes: Promise<void>[] = []
  for (const [target, news] of newsByPartition(entries, (client) => partitions.of(vendor, client)))
    if (target !== home) writes.push(projectTo(parts, target, fed, news))
  // One that fails does not leave the others behind.
  const ended = await Promise.allSettled(writes)
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

/** So much of a journal is brought at once. */
const atOnce = 200

const projectTo = async (
  parts: RestoreParts,
  target: SharedKeyValue,
  fed: Fed,
  news: readonly FedEntry[],
): Promise<void> => {
  let isLookedUp = false
  for (let after = nowhere; ; ) {
    const came = await bring(parts, target, fed, { news, after, isLookedUp })
    if (came === 'whole') return
    if (came === 'strange') isLookedUp = (await restore(parts, target, fed.vendor, fed.conversation)) === undefined
    else if (came === 'older') await tellHome(parts, target, fed)
    else if (came === 'torn') await restore(parts, target, fed.vendor, fed.conversation)
    else after = (await refill(parts, target, fed)).after
  }
}

/**
 * Brings to a partition what it lacks of a conversation, by its journal. Answers whether there was something, and after which `seq`
 * nothing is lacking.
 *
 * @throws StorageError
 */
export const refill = async (
  parts: RestoreParts,
  target: SharedKeyValue,
  fed: Omit<Fed, 'entries' | 'line'>,
): Promise<{ isNews: boolean; after: number }> => {
  const { partitions } = parts
  const { vendor, conversation } = fed
  const partitionOf = (client: string) => partitions.of(vendor, client)
  for (;;) {
    const { entries, line, after } = await lackingIn(partitionOf(conversation), target, vendor, conversation)
    const news = newsByPartition(entries, partitionOf).get(target) ?? []
    const came = await bringAll(parts, target, { ...fed, entries, line }, { news, after })
    if (came === 'whole') return { isNews: news.length > 0, after: news.at(-1)?.seq ?? after }
    if (came === 'older') await tellHome(parts, target, fed)
    if (came === 'torn' || came === 'strange') await restore(parts, target, vendor, conversation)
  }
}

/**
 * A partition has what was said after the conversation's own one had gone back more often than that knows of.
 *
 * @throws StorageError: what is to come is itself lost, or is brought when that has gone on
 */
const tellHome = async (
  { partitions }: RestoreParts,
  target: SharedKeyValue,
  { vendor, conversation }: Pick<Fed, 'vendor' | 'conversation'>,
): Promise<never> => {
  const { line } = await target.read((reader) => reachedIn(reader, vendor, conversation))
  await partitions.of(vendor, conversation).hadGoneBack?.(line)
  throw isLost(conversation)
}

const bringAll = async (
  parts: RestoreParts,
  target: SharedKeyValue,
  fed: Fed,
  { news, after: first }: Bringing,
): Promise<Came> => {
  let after = first
  for (let next = 0; next < news.length; next += atOnce) {
    const part = news.slice(next, next + atOnce)
    const came = await bring(parts, target, fed, { news: part, after })
    if (came !== 'whole') return came
    after = part.at(-1)?.seq ?? after
  }
  return 'whole'
}

interface Bringing {
  news: readonly FedEntry[]
  /** Whoever has all up to here lacks nothing before them. */
  after: number
  /** The conversation has all that the partition has of it. */
  isLookedUp?: boolean
}

/** More than any `seq`. */
const nowhere = Number.POSITIVE_INFINITY

type Came = 'whole' | 'older' | 'torn' | 'strange' | 'gap'

const bring = (parts: RestoreParts, target: SharedKeyValue, fed: Fed, bringing: Bringing): Promise<Came> => {
  const { partitions } = parts
  const isOwn = (client: string) => partitions.of(fed.vendor, client) === target
  return target.write(
    (tx) => apply(tx, parts, fed, { ...bringing, isOwn }),
    (fresh) => {
      if (typeof fresh === 'string') return fresh
      fed.places.add(fresh.said, fresh.places)
      return 'whole'
    },
  )
}

type NewsByPartition = Map<SharedKeyValue, FedEntry[]>

/** What each partition gets: the entries of its clients, with those of them who are its own. */
const newsByPartition = (
  entries: readonly FedEntry[],
  partitionOf: (client: string) => SharedKeyValue,
): NewsByPartition => {
  const news: NewsByPartition = new Map()
  for (const entry of entries)
    for (const [target, part] of splitEntry(entry, partitionOf)) {
      const known = news.get(target)
      if (known) known.push(part)
      else news.set(target, [part])
    }
  return news
}

const splitEntry = (
  { members = [], change, ...place }: FedEntry,
  partitionOf: (client: string) => SharedKeyValue,
): Map<SharedKeyValue, FedEntry> => {
  const parts = new Map<SharedKeyValue, FedEntry>()
  if (change)
    for (const client of [...change.members, ...change.left]) {
      const target = partitionOf(client)
      const isOwn = (each: string) => partitionOf(each) === target
      if (!parts.has(target))
        parts.set(target, {
          ...place,
          change: { ...change, joined: change.joined.filter(isOwn), left: change.left.filter(isOwn) },
        })
    }
  for (const client of members) {
    const target = partitionOf(client)
    const known: FedEntry = parts.get(target) ?? place
    parts.set(target, { ...known, members: [...(known.members ?? []), client] })
  }
  return parts
}

/** What had not come there yet, and where it is now. */
interface Fresh {
  said: readonly Pointed[]
  places: readonly Places[]
}

const nothing: Fresh = { said: [], places: [] }

/**
 * `older` where the partition knows of more setbacks than the feed; `torn` where it has something that is lost, which is to be taken
 * away first; `strange` where that may be so, and nobody may have noticed: it is to be looked up; `gap` where it lacks what comes before,
 * which is to be brought first.
 *
 * @throws StorageError where what is to come is itself of what is lost
 */
const apply = (
  tx: Transaction,
  parts: RestoreParts,
  fed: Fed,
  { news, isOwn, after, isLookedUp = false }: Bringing & { isOwn(client: string): boolean },
): Fresh | Exclude<Came, 'whole'> => {
  const { vendor, conversation, line } = fed
  const reached = reachedIn(tx, vendor, conversation)
  if (!fed.isCurrent()) throw isLost(conversation)
  if (reached.line > line.count) return 'older'
  if (isTorn(reached, line)) return 'torn'
  const standing = standingOf(news, reached)
  if (standing === 'other' && isLookedUp) throw isLost(conversation)
  if (standing === 'other' || (standing === 'unknown' && !isLookedUp)) return 'strange'
  const fresh = news.filter(({ seq }) => seq > reached.seq)
  const [first, last] = [fresh[0], fresh.at(-1)]
  if (!first || !last) return nothing
  if (reached.seq < after && isGap(tx, fed, first, { reached, isOwn })) return 'gap'
  const said = pointedIn(fed, fresh, reached)
  const changed = fresh.flatMap(({ seq, change }): MembershipEntry[] =>
    change ? [{ vendor, conversation, seq, ...change }] : [],
  )
  const places = said.length > 0 && parts.inbox ? parts.inbox.apply(tx, said) : []
  if (changed.length > 0) for (const each of parts.membershipProjections) each.applyMembers(tx, changed)
  const untold = reached.untold && said.length === 0
  const fingerprints = withNext(reached, fresh)
  putReached(tx, vendor, conversation, { seq: last.seq, line: line.count, untold, fingerprints })
  // Whoever comes to what begins there has to see that it does.
  return { said, places: places.map((each, at) => (said[at]?.begins ? each.map(() => 0) : each)) }
}

/** Whether what it has at the place of the newest of what came before is that. Where more follows, what can't be told is taken to be. */
const standingOf = (news: readonly FedEntry[], reached: Reached): 'same' | 'other' | 'unknown' => {
  const newest = news.findLast(({ seq }) => seq <= reached.seq)
  if (!newest) return 'same'
  const [has, had] = [newest.fingerprint ?? 0, fingerprintIn(reached, newest.seq)]
  if (has !== 0 && had !== 0) return has === had ? 'same' : 'other'
  return newest === news.at(-1) ? 'unknown' : 'same'
}

const pointedIn = ({ vendor, conversation, line }: Fed, fresh: readonly FedEntry[], reached: Reached): Pointed[] => {
  const said = fresh.flatMap(({ seq, members }): Pointed[] =>
    members ? [{ vendor, conversation, members, message: { seq }, ...onLine(line, seq) }] : [],
  )
  const [first, ...others] = said
  return first && reached.untold ? [{ ...first, begins: true }, ...others] : said
}

/** Nothing where it never went back. */
export const onLine = (line: Line, seq: number): { line?: number } =>
  line.count === 0 ? {} : { line: lineAt(line, seq) }

const isLost = (conversation: string): StorageError =>
  new StorageError('away', `What was said in ${conversation} is lost: Redis has less than it had`)
