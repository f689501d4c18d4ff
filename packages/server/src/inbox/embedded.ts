import type { Position, Random } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import { above, under } from '../kv/keys.js'
import type { KeyValue, Reader, Transaction } from '../kv/port.js'
import { restores } from '../kv/restores.js'
import type { FeedEntry } from '../persistence/port.js'
import type { Projection } from '../persistence/projection.js'
import { sessionKey } from '../state/sessions/tables.js'
import type { Inbox, InboxEntry, InboxHead } from './port.js'
import { cursors, epochs, inboxes, watermarks } from './tables.js'

/** Fits in the 15 digits of a position. */
const highestEpoch = 2 ** 49

/** Inboxes on the key-value engine of this process. */
export class EmbeddedInbox implements Inbox, Projection {
  readonly #kv: KeyValue
  readonly #epoch: number

  private constructor(kv: KeyValue, epoch: number) {
    this.#kv = kv
    this.#epoch = epoch
  }

  /**
   * The epoch is made once for each store, so that a position of another one is told from its own; and once more when
   * the store was brought back to an earlier moment, whose future is not the one that positions were given out in.
   */
  static async open({ kv, random = Math.random }: { kv: KeyValue; random?: Random }): Promise<EmbeddedInbox> {
    return new EmbeddedInbox(kv, keptEpoch(kv) ?? (await kv.write((tx) => makeEpoch(tx, random))))
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

  async head(vendor: string, client: string): Promise<InboxHead> {
    const offset = this.#kv.lastNumber(inboxes, [vendor, client])
    return { epoch: this.#epoch, offset, first: oldestOffset(this.#kv, vendor, client) ?? offset + 1 }
  }

  async read(vendor: string, client: string, offset: number, limit: number): Promise<readonly InboxEntry[]> {
    const found = this.#kv.range(inboxes, { ...above(offset, vendor, client), limit })
    return [...found].map(({ key, value: [conversation, seq] }) => ({ offset: key[2] as number, conversation, seq }))
  }

  async cursor(session: SessionName): Promise<Position | undefined> {
    const offset = this.#kv.get(cursors, sessionKey(session))
    return offset === undefined ? undefined : { epoch: this.#epoch, offset }
  }

  acknowledge(session: SessionName, offset: number | undefined): Promise<void> {
    const key = sessionKey(session)
    return this.#kv.write((tx) => {
      if (offset === undefined) tx.remove(cursors, key)
      else if (offset > (tx.get(cursors, key) ?? -1)) tx.put(cursors, key, offset)
    })
  }

  async trim(vendor: string, client: string, offset: number): Promise<void> {
    const { first, offset: newest } = await this.head(vendor, client)
    if (first > offset || first === newest) return
    await this.#kv.write((tx) => {
      const end = Math.min(offset + 1, tx.lastNumber(inboxes, [vendor, client]))
      for (const { key } of [...tx.range(inboxes, { from: [vendor, client], to: [vendor, client, end] })])
        tx.remove(inboxes, key)
    })
  }
}

const oldestOffset = (reader: Reader, vendor: string, client: string): number | undefined => {
  const [oldest] = reader.range(inboxes, { ...under(vendor, client), limit: 1 })
  return oldest && (oldest.key[2] as number)
}

const keptEpoch = (reader: Reader): number | undefined =>
  (reader.get(restores, [0]) ?? 0) > (reader.get(epochs, [1]) ?? 0) ? undefined : reader.get(epochs, [0])

const makeEpoch = (tx: Transaction, random: Random): number => {
  const epoch = 1 + Math.floor(random() * highestEpoch)
  tx.put(epochs, [0], epoch)
  tx.put(epochs, [1], tx.get(restores, [0]) ?? 0)
  return epoch
}
