import type { Key, Partitions, SharedKeyValue, Transaction } from '../../kv/port.js'
import type { MembershipEntry } from '../port.js'
import type { MembershipProjection, Places, Pointed, Projection } from '../projection.js'
import type { Fed } from './feed.js'
import { type FedEntry, projected } from './tables.js'

export interface Projections {
  inbox?: Projection | undefined
  membershipProjections: readonly MembershipProjection[]
}

interface ProjectParts extends Projections {
  partitions: Partitions
}

/**
 * Brings a feed to all partitions that have clients of it, each in a transaction of its own.
 *
 * @throws StorageError where one of them is away; the others may have it
 */
export const project = async (parts: ProjectParts, { vendor, conversation, entries, places }: Fed): Promise<void> => {
  const { partitions } = parts
  const home = partitions.of(vendor, conversation)
  const writes: Promise<void>[] = []
  for (const [target, news] of newsByPartition(entries, (client) => partitions.of(vendor, client)))
    if (target !== home)
      writes.push(
        target.write(
          (tx) => apply(tx, parts, vendor, conversation, news),
          (fresh) => places.add(fresh.said, fresh.places),
        ),
      )
  // One that fails does not leave the others behind.
  const ended = await Promise.allSettled(writes)
  for (const each of ended) if (each.status === 'rejected') throw each.reason
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

const apply = (
  tx: Transaction,
  { inbox, membershipProjections }: Projections,
  vendor: string,
  conversation: string,
  news: readonly FedEntry[],
): Fresh => {
  const key: Key = [vendor, conversation]
  const known = tx.get(projected, key) ?? -1
  const fresh = news.filter(({ seq }) => seq > known)
  const last = fresh.at(-1)
  if (!last) return nothing
  const said = fresh.flatMap(({ seq, members }): Pointed[] =>
    members ? [{ vendor, conversation, members, message: { seq } }] : [],
  )
  const changed = fresh.flatMap(({ seq, change }): MembershipEntry[] =>
    change ? [{ vendor, conversation, seq, ...change }] : [],
  )
  const places = said.length > 0 && inbox ? inbox.apply(tx, said) : []
  if (changed.length > 0) for (const each of membershipProjections) each.applyMembers(tx, changed)
  tx.put(projected, key, last.seq)
  return { said, places }
}
