import { StorageError } from '../../kv/errors.js'
import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import type { MembershipEntry } from '../port.js'
import type { Places, Pointed } from '../projection.js'
import type { Fed } from './feed.js'
import { isTorn, type Line, lineAt, putReached, type Reached, reachedIn } from './line.js'
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

const projectTo = async (
  parts: RestoreParts,
  target: SharedKeyValue,
  fed: Fed,
  news: readonly FedEntry[],
): Promise<void> => {
  const bring = () =>
    target.write(
      (tx) => apply(tx, parts, fed, news),
      (fresh) => {
        if (fresh) fed.places.add(fresh.said, fresh.places)
        return fresh !== undefined
      },
    )
  while (!(await bring())) await restore(parts, target, fed.vendor, fed.conversation)
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
  { seq, members = [], change }: FedEntry,
  partitionOf: (client: string) => SharedKeyValue,
): Map<SharedKeyValue, FedEntry> => {
  const parts = new Map<SharedKeyValue, FedEntry>()
  if (change)
    for (const client of [...change.members, ...change.left]) {
      const target = partitionOf(client)
      const isOwn = (each: string) => partitionOf(each) === target
      if (!parts.has(target))
        parts.set(target, {
          seq,
          change: { ...change, joined: change.joined.filter(isOwn), left: change.left.filter(isOwn) },
        })
    }
  for (const client of members) {
    const target = partitionOf(client)
    const known = parts.get(target) ?? { seq }
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
 * `undefined` where the partition has something that is lost: that is to be taken away first.
 *
 * @throws StorageError where what is to come is itself of what is lost
 */
const apply = (tx: Transaction, parts: RestoreParts, fed: Fed, news: readonly FedEntry[]): Fresh | undefined => {
  const { vendor, conversation, line } = fed
  const reached = reachedIn(tx, vendor, conversation)
  if (!fed.isCurrent() || reached.line > line.count) throw isLost(conversation)
  if (isTorn(reached, line)) return undefined
  const fresh = news.filter(({ seq }) => seq > reached.seq)
  const last = fresh.at(-1)
  if (!last) return nothing
  const said = pointedIn(fed, fresh, reached)
  const changed = fresh.flatMap(({ seq, change }): MembershipEntry[] =>
    change ? [{ vendor, conversation, seq, ...change }] : [],
  )
  const places = said.length > 0 && parts.inbox ? parts.inbox.apply(tx, said) : []
  if (changed.length > 0) for (const each of parts.membershipProjections) each.applyMembers(tx, changed)
  const untold = reached.untold && said.length === 0
  putReached(tx, vendor, conversation, { seq: last.seq, line: line.count, untold })
  // Whoever comes to what begins there has to see that it does.
  return { said, places: places.map((each, at) => (said[at]?.begins ? each.map(() => 0) : each)) }
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
