import type { Position, Random } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import type { Reader, SharedKeyValue, Transaction } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import type { FeedEntry } from '../persistence/port.js'
import type { Projection } from '../persistence/projection.js'
import { sessionKey } from '../state/sessions/tables.js'
import type { Inbox, InboxEntry, InboxHead } from './port.js'
import { cursors, epochs, inboxes, trims, watermarks } from './tables.js'

/** Fits in the 15 digits of a position. */
const highestEpoch = 2 ** 49

/** Inboxes on the key-value engine of this process. */
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

  project(partition: number, feedPosition: number, entries: readonly FeedEntry[]): Promise<void> {
    return this.#kv.write((tx) => {
      if (feedPosition <= (tx.get(watermarks, [partition]) ?? 0)) return
      this.apply(tx, entries)
      tx.put(watermarks, [partition], feedPosition)
    })
  }

  apply(tx: Transaction, entries: readonly FeedEntry[]): void {
    for (const { vendor, conversation, members, message } of entries) {
      for (const member of members) {
        tx.append(inboxes, [vendor, member], [conversation, message.seq])
      }
    }
  }

  head(vendor: string, client: string): Promise<InboxHead> {
    return this.#kv.read((reader) => ({
      epoch: this.#epoch,
      offset: reader.lastNumber(inboxes, [vendor, client]),
      trimmed: reader.get(trims, [vendor, client]) ?? 0,
    }))
  }

  read(vendor: string, client: string, offset: number, limit: number): Promise<readonly InboxEntry[]> {
    return this.#kv.read((reader) => {
      const found = reader.after(inboxes, [vendor, client], offset, limit)
      return Array.from(found, ({ number, value: [conversation, seq] }) => ({ offset: number, conversation, seq }))
    })
  }

  async cursor(session: SessionName): Promise<Position | undefined> {
    const offset = await this.#kv.read((reader) => reader.get(cursors, sessionKey(session)))
    return offset === undefined ? undefined : { epoch: this.#epoch, offset }
  }

  acknowledge(session: SessionName, offset: number | undefined): Promise<void> {
    const key = sessionKey(session)
    return this.#kv.write((tx) => {
      if (offset === undefined) tx.remove(cursors, key)
      else if (offset > (tx.get(cursors, key) ?? -1)) tx.put(cursors, key, offset)
    })
  }

  async trim(vendor: string, client: string, offsets: readonly number[]): Promise<void> {
    // The newest one stays the newest, or is followed by others.
    const newest = await this.#kv.read((reader) => reader.lastNumber(inboxes, [vendor, client]))
    const removed = offsets.filter((offset) => offset < newest)
    if (removed.length === 0) return
    await this.#kv.write((tx) => {
      for (const offset of removed) tx.remove(inboxes, [vendor, client, offset])
      const highest = Math.max(tx.get(trims, [vendor, client]) ?? 0, ...removed)
      tx.put(trims, [vendor, client], highest)
    })
  }
}

const keptEpoch = (reader: Reader): number | undefined =>
  (reader.get(restores, [0]) ?? 0) > (reader.get(epochs, [1]) ?? 0) ? undefined : reader.get(epochs, [0])

const makeEpoch = (tx: Transaction, random: Random): number => {
  const epoch = 1 + Math.floor(random() * highestEpoch)
  tx.put(epochs, [0], epoch)
  tx.put(epochs, [1], tx.get(restores, [0]) ?? 0)
  return epoch
}
