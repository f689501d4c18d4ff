import { under } from '../../kv/keys.js'
import type { KeyValue, Transaction } from '../../kv/port.js'
import type { FeedEntry } from '../../persistence/port.js'
import type { Projection } from '../../persistence/projection.js'
import type { Roster, RosterEntry } from './port.js'
import { rosters } from './tables.js'

/** The roster on the key-value engine of this process. */
export class EmbeddedRoster implements Roster, Projection {
  readonly #kv: KeyValue

  constructor(kv: KeyValue) {
    this.#kv = kv
  }

  project(_partition: number, _feedPosition: number, entries: readonly FeedEntry[]): Promise<void> {
    return this.#kv.write((tx) => this.apply(tx, entries))
  }

  apply(tx: Transaction, entries: readonly FeedEntry[]): void {
    for (const { vendor, conversation, members } of entries) {
      for (const member of members) {
        const known = tx.get(rosters, [vendor, member, conversation])
        if (known?.length !== members.length) tx.put(rosters, [vendor, member, conversation], members)
      }
    }
  }

  async list(vendor: string, client: string, after: string, limit: number): Promise<readonly RosterEntry[]> {
    const from = after === '' ? [vendor, client] : [vendor, client, after, 0]
    const found = this.#kv.range(rosters, { ...under(vendor, client), from, limit })
    return [...found].map(({ key, value }) => ({ conversation: key[2] as string, members: value }))
  }
}
