import type { Random } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import { incarnations } from '../kv/incarnations.js'
import { under } from '../kv/keys.js'
import { partitionOf, type Reader, type SharedKeyValue, type Transaction } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import type { FeedEntry } from '../persistence/port.js'
import type { LostOnInbox, LostPointers, LostQuery, Places, Pointed, Projection } from '../persistence/projection.js'
import { sessionKey } from '../state/sessions/tables.js'
import { cursorAt, putCursor, removeCursor } from './cursors.js'
import type { Inbox, InboxEntry, InboxHead, SessionPlace } from './port.js'
import { cursors, epochs, inboxes, type Pointer, trims, watermarks } from './tables.js'

/** So many pointers are looked through at once. */
const lookedThroughAtOnce = 256

/** Fits in the 15 digits of a position. */
const highestEpoch = 2 ** 49

/** Inboxes on a key-value engine. */
export class EmbeddedInbox implements Inbox, Projection {
  readonly #kv: SharedKeyValue
  readonly #epoch: number

  private constructor(kv: SharedKeyValue, epoch: number) {
    this.#kv = kv
    this.#epoch = epoch
  }

  /**
   * The epoch is made once for each store, so that a position of another one is told from its own; and once more when
   * the store was brought back to an earlier moment, whose future is not the one that positions were given out in.
   */
  static async open({ kv, random = Math.random }: { kv: SharedKeyValue; random?: Random }): Promise<EmbeddedInbox> {
    return new EmbeddedInbox(
      kv,
      (await kv.read(keptEpoch)) ?? (await kv.write((tx) => keptEpoch(tx) ?? makeEpoch(tx, random))),
    )
  }

  async project(partition: number, feedPosition: number, entries: readonly FeedEntry[]): Promise<void> {
    const writes = [...entriesByPartition(this.#kv, entries)].map(([target, own]) =>
      target.write((tx) => {
        if (feedPosition <= (tx.get(watermarks, [partition]) ?? 0)) return
        this.apply(tx, own)
        tx.put(watermarks, [partition], feedPosition)
      }),
    )
    await Promise.all(writes)
  }

  apply(tx: Transaction, entries: readonly Pointed[]): readonly Places[] {
    return entries.map((entry) => {
      const pointer = pointerTo(entry)
      return entry.members.map((member) => tx.append(inboxes, [entry.vendor, member], pointer))
    })
  }

  findLost(reader: Reader, { before, ...lost }: LostQuery) {
    const { vendor, client, conversation, after, line } = lost
    const { from, to } = under(vendor, client)
    const end = before === undefined ? to : [vendor, client, before]
    const offsets: number[] = []
    let lowest: number | undefined
    for (const { key, value } of reader.range(inboxes, { from, to: end, reverse: true, limit: lookedThroughAtOnce })) {
      lowest = key[2] as number
      // Those of a conversation are in its order.
      if (leadsTo(value, lost)) {
        offsets.push(lowest)
        if (value[1] === Math.max(after, 0) + 1) return { offsets, before: undefined }
      } else if (value[0] === conversation && value[1] > 0 && value[1] <= after && lineOf(value) <= line)
        return { offsets, before: undefined }
    }
    return { offsets, before: lowest }
  }

  takeBack(tx: Transaction, lost: readonly LostPointers[]): void {
    for (const { offsets, ...each } of lost) {
      const { vendor, client, conversation } = each
      const newest = tx.lastNumber(inboxes, [vendor, client])
      for (const offset of offsets) {
        const pointer = tx.get(inboxes, [vendor, client, offset])
        if (!pointer || !leadsTo(pointer, each)) continue
        if (offset < newest) tx.remove(inboxes, [vendor, client, offset])
        else tx.put(inboxes, [vendor, client, offset], [conversation, 0])
      }
    }
  }

  head(vendor: string, client: string): Promise<InboxHead> {
    return this.#partition(vendor, client).read((reader) => ({
      epoch: this.#epochIn(reader),
      offset: reader.lastNumber(inboxes, [vendor, client]),
      trimmed: reader.get(trims, [vendor, client]) ?? 0,
    }))
  }

  read(vendor: string, client: string, offset: number, limit: number): Promise<readonly InboxEntry[]> {
    return this.#partition(vendor, client).read((reader) => {
      const found = reader.after(inboxes, [vendor, client], offset, limit)
      return Array.from(found, ({ number, value }) => entryAt(number, value))
    })
  }

  async cursor(session: SessionName): Promise<SessionPlace | undefined> {
    const partition = this.#partition(session.vendor, session.client)
    return partition.read((reader) => {
      const found = cursorAt(reader, sessionKey(session))
      return found && { epoch: this.#epochIn(reader), ...found }
    })
  }

  acknowledge(session: SessionName, offset: number | undefined, { resync } = { resync: false }): Promise<void> {
    const key = sessionKey(session)
    return this.#partition(session.vendor, session.client).write((tx) => {
      if (offset === undefined) removeCursor(tx, key)
      else if (offset > (tx.get(cursors, key) ?? -1)) putCursor(tx, key, offset, resync)
    })
  }

  rewind(session: SessionName): Promise<void> {
    return this.#partition(session.vendor, session.client).write((tx) => putCursor(tx, sessionKey(session), 0, true))
  }

  async trim(vendor: string, client: string, offsets: readonly number[]): Promise<void> {
    // The newest one stays the newest, or is followed by others.
    const partition = this.#partition(vendor, client)
    const newest = await partition.read((reader) => reader.lastNumber(inboxes, [vendor, client]))
    const removed = offsets.filter((offset) => offset < newest)
    if (removed.length === 0) return
    await partition.write((tx) => {
      for (const offset of removed) tx.remove(inboxes, [vendor, client, offset])
      const highest = Math.max(tx.get(trims, [vendor, client]) ?? 0, ...removed)
      tx.put(trims, [vendor, client], highest)
    })
  }

  /** A partition that went back is a history of its own. */
  #epochIn(reader: Reader): number {
    return (this.#kv.setbacks && reader.get(incarnations, [0])?.[1]) ?? this.#epoch
  }

  #partition(vendor: string, client: string): SharedKeyValue {
    return partitionOf(this.#kv, vendor, client)
  }
}

const lineOf = ([, , line = 0]: Pointer): number => line

const leadsTo = (pointer: Pointer, { conversation, after, line }: LostOnInbox): boolean =>
  pointer[0] === conversation && pointer[1] > after && lineOf(pointer) <= line

const pointerTo = ({ conversation, message: { seq }, line = 0, begins }: Pointed): Pointer => {
  if (line === 0) return [conversation, seq]
  return begins ? [conversation, seq, line, true] : [conversation, seq, line]
}

const entryAt = (offset: number, [conversation, seq, line, begins]: Pointer): InboxEntry =>
  line === undefined ? { offset, conversation, seq } : { offset, conversation, seq, line, ...(begins && { begins }) }

/** What is for the clients of each partition. */
const entriesByPartition = (
  kv: SharedKeyValue,
  entries: readonly FeedEntry[],
): ReadonlyMap<SharedKeyValue, readonly FeedEntry[]> => {
  if (!kv.partitions) return new Map([[kv, entries]])
  const parted = new Map<SharedKeyValue, FeedEntry[]>()
  for (const entry of entries)
    for (const client of entry.members) {
      const target = partitionOf(kv, entry.vendor, client)
      parted.set(target, [...(parted.get(target) ?? []), { ...entry, members: [client] }])
    }
  return parted
}

const keptEpoch = (reader: Reader): number | undefined =>
  (reader.get(restores, [0]) ?? 0) > (reader.get(epochs, [1]) ?? 0) ? undefined : reader.get(epochs, [0])

const makeEpoch = (tx: Transaction, random: Random): number => {
  const epoch = 1 + Math.floor(random() * highestEpoch)
  tx.put(epochs, [0], epoch)
  tx.put(epochs, [1], tx.get(restores, [0]) ?? 0)
  return epoch
}
