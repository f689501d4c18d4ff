import { directMembers, type Receipt, type ReceiptUpdate } from '@daakia/protocol'
import { partitionOf, type Reader, type SharedKeyValue, type Transaction } from '../../kv/port.js'
import type { MembershipEntry, Tallies, Tally } from '../../persistence/port.js'
import type { MembershipProjection, RestoredMembers } from '../../persistence/projection.js'
import type { MutedUntil, Receipts, Receiving, Roster, RosterEntry, RosterStanding } from './port.js'
import { ReceiptWrites } from './receipt-writes.js'
import { type RosterRecord, rooms, rosters, rowsOf } from './tables.js'

/** The roster on a key-value engine. */
export class EmbeddedRoster implements Roster, Receipts, MembershipProjection {
  readonly #kv: SharedKeyValue
  readonly #tallies: Tallies
  readonly #receipts: ReceiptWrites

  constructor(kv: SharedKeyValue, tallies: Tallies) {
    this.#kv = kv
    this.#tallies = tallies
    this.#receipts = new ReceiptWrites(kv)
  }

  async project(_partition: number, _feedPosition: number, entries: readonly MembershipEntry[]): Promise<void> {
    const targets = this.#kv.partitions?.all ?? [this.#kv]
    await Promise.all(
      targets.map((target) => {
        const isHere =
          ({ vendor }: MembershipEntry) =>
          (client: string) =>
            this.#partition(vendor, client) === target
        const own = entries.map((entry) => ({
          ...entry,
          joined: entry.joined.filter(isHere(entry)),
          left: entry.left.filter(isHere(entry)),
        }))
        return target.write((tx) => this.applyMembers(tx, own))
      }),
    )
  }

  applyMembers(tx: Transaction, entries: readonly MembershipEntry[]): void {
    for (const entry of entries) {
      const { vendor, conversation, members, joined, left, seq, at } = entry
      const [known] = tx.get(rooms, [vendor, conversation]) ?? [-1]
      if (known >= seq) continue
      tx.put(rooms, [vendor, conversation], [seq, ...members])
      for (const client of joined) tx.put(rosters, [vendor, client, conversation], [seq, at, seq, seq])
      for (const client of left) tx.remove(rosters, [vendor, client, conversation])
    }
  }

  restoreMembers(tx: Transaction, { vendor, conversation, after, room, joined, left }: RestoredMembers): void {
    if (room) tx.put(rooms, [vendor, conversation], room)
    else tx.remove(rooms, [vendor, conversation])
    for (const client of left) tx.remove(rosters, [vendor, client, conversation])
    for (const { client, seq, at } of joined) {
      const key = [vendor, client, conversation]
      tx.put(rosters, key, restored(tx.get(rosters, key), { seq, at, after }))
    }
  }

  list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]> {
    return this.#partition(vendor, client).read((reader) =>
      rowsAfter(reader, vendor, client, after, limit).map(({ conversation }) => entryOf(reader, vendor, conversation)),
    )
  }

  ids(vendor: string, client: string, after: string, limit: number): Promise<readonly string[]> {
    return this.#partition(vendor, client).read((reader) =>
      rowsAfter(reader, vendor, client, after, limit).map(({ conversation }) => conversation),
    )
  }

  async standings(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterStanding[]> {
    const rows = await this.#partition(vendor, client).read((reader) =>
      rowsAfter(reader, vendor, client, after, limit).map(({ conversation, record }) => ({
        entry: entryOf(reader, vendor, conversation),
        record,
      })),
    )
    const readings = rows.map(({ entry: { conversation }, record: [, , , read] }) => ({ conversation, client, read }))
    const tallies = await this.#tallies.tally(vendor, readings)
    return rows.map(({ entry, record }, i) => toStanding(entry, record, tallies[i] as Tally))
  }

  async standing(vendor: string, client: string, conversation: string): Promise<RosterStanding | undefined> {
    const found = await this.#partition(vendor, client).read((reader) => {
      const record = reader.get(rosters, [vendor, client, conversation])
      return record && { record, entry: entryOf(reader, vendor, conversation) }
    })
    if (!found) return undefined
    const [tally] = await this.#tallies.tally(vendor, [{ conversation, client, read: found.record[3] }])
    return toStanding(found.entry, found.record, tally as Tally)
  }

  async receive(vendor: string, client: string, conversation: string, receipt: ReceiptUpdate): Promise<Receiving> {
    const standing = await this.standing(vendor, client, conversation)
    if (!standing) return { kind: 'not a member' }
    const { delivered = 0, read = 0 } = receipt
    if (Math.max(delivered, read) > standing.head) return { kind: 'beyond', head: standing.head }
    if (read <= standing.read && delivered <= standing.delivered) return { kind: 'taken', news: false }
    const written = await this.#receipts.write([vendor, client, conversation], { delivered, read })
    return written ? { kind: 'taken', news: true } : { kind: 'not a member' }
  }

  async receipts(vendor: string, conversation: string, clients?: readonly string[]): Promise<readonly Receipt[]> {
    const known = await this.#kv.read((reader) => {
      const asked = clients ?? entryOf(reader, vendor, conversation).members
      return asked.flatMap((client) => {
        const record = reader.get(rosters, [vendor, client, conversation])
        return record ? [{ client, record }] : []
      })
    })
    const readings = known.map(({ client, record: [, , , read] }) => ({ conversation, client, read }))
    const tallies = await this.#tallies.tally(vendor, readings)
    return known.map(({ client, record }, i) => ({ client, ...placesOf(record, tallies[i] as Tally) }))
  }

  mute(vendor: string, client: string, conversation: string, until: MutedUntil | undefined): Promise<boolean> {
    return this.#partition(vendor, client).write((tx) => {
      const record = tx.get(rosters, [vendor, client, conversation])
      if (!record) return false
      const [joined, joinedAt, delivered, read] = record
      const places: RosterRecord = [joined, joinedAt, delivered, read]
      tx.put(rosters, [vendor, client, conversation], until === undefined ? places : [...places, until])
      return true
    })
  }

  #partition(vendor: string, client: string): SharedKeyValue {
    return partitionOf(this.#kv, vendor, client)
  }
}

/** Whose leaving is lost has what was said before: it has read that. */
const restored = (
  known: RosterRecord | undefined,
  { seq, at, after }: { seq: number; at: number; after: number },
): RosterRecord => {
  const most = Math.max(seq, after)
  const [, , delivered = most, read = most, ...muted] = known ?? []
  return [seq, at, Math.min(delivered, most), Math.min(read, most), ...muted]
}

const rowsAfter = (reader: Reader, vendor: string, client: string, after: string, limit: number) => {
  const from = after === '' ? [vendor, client] : [vendor, client, after, 0]
  return [...rowsOf(reader, vendor, client, { from, limit })]
}

const entryOf = (reader: Reader, vendor: string, conversation: string): RosterEntry => {
  const direct = directMembers(conversation)
  if (direct) return { conversation, members: direct }
  const [, ...members] = reader.get(rooms, [vendor, conversation]) ?? [0]
  return { conversation, members }
}

/** What was read was delivered too. */
const placesOf = ([, , delivered]: RosterRecord, { read }: Tally) => ({ delivered: Math.max(delivered, read), read })

const toStanding = (entry: RosterEntry, record: RosterRecord, tally: Tally): RosterStanding => {
  const [, joinedAt, , , mutedUntil] = record
  return {
    ...entry,
    head: tally.head,
    ...placesOf(record, tally),
    unread: tally.unread,
    at: Math.max(joinedAt, tally.at),
    ...(mutedUntil !== undefined && { mutedUntil }),
  }
}
