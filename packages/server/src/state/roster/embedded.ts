import { under } from '../../kv/keys.js'
import type { KeyValue, Transaction } from '../../kv/port.js'
import type { MembershipEntry } from '../../persistence/port.js'
import type { MembershipProjection } from '../../persistence/projection.js'
import type { Roster, RosterEntry } from './port.js'
import { conversationsOf, rooms, rosters } from './tables.js'

/** The roster on the key-value engine of this process. */
export class EmbeddedRoster implements Roster, MembershipProjection {
  readonly #kv: KeyValue

  constructor(kv: KeyValue) {
    this.#kv = kv
  }

  project(_partition: number, _feedPosition: number, entries: readonly MembershipEntry[]): Promise<void> {
    return this.#kv.write((tx) => this.applyMembers(tx, entries))
  }

  applyMembers(tx: Transaction, entries: readonly MembershipEntry[]): void {
    for (const entry of entries) {
      const { vendor, conversation, members, joined, left, seq } = entry
      const [known] = tx.get(rooms, [vendor, conversation]) ?? [-1]
      if (known >= seq) continue
      tx.put(rooms, [vendor, conversation], [seq, ...members])
      for (const client of joined) tx.put(rosters, [vendor, client, conversation], seq)
      for (const client of left) tx.remove(rosters, [vendor, client, conversation])
    }
  }

  async list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]> {
    const ids = await this.ids(vendor, client, after, limit)
    return ids.map((conversation) => ({ conversation, members: this.#members(vendor, conversation) }))
  }

  async ids(vendor: string, client: string, after: string, limit: number): Promise<readonly string[]> {
    const from = after === '' ? [vendor, client] : [vendor, client, after, 0]
    return [...conversationsOf(this.#kv, vendor, client, { ...under(vendor, client), from, limit })]
  }

  #members(vendor: string, conversation: string): readonly string[] {
    const [, ...members] = this.#kv.get(rooms, [vendor, conversation]) ?? [0]
    return members
  }
}
