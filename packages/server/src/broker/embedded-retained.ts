import { matches } from '@daakia/protocol/mqtt'
import { beginningOf, boundedName } from '../kv/bounded-name.js'
import { under } from '../kv/keys.js'
import type { Key, Range, SharedKeyValue, Transaction } from '../kv/port.js'
import type { Accounts, Excess } from '../limits/port.js'
import type { Retained, RoutedMessage } from './port.js'
import { RetainedCharges } from './retained-charges.js'
import { forgetExpiry, isAlive, noteExpiry, removeExpired } from './retained-expiry.js'
import { retained } from './retained-table.js'
import { StoredRetainedCharges } from './stored-retained-charges.js'

export interface EmbeddedRetainedOptions {
  kv: SharedKeyValue
  accounts: Accounts
  /** Others write to it as well: what is kept is counted in the store, and each connection is held to its own limits alone. */
  shared?: boolean
}

/** What a transaction changes about who is charged. */
interface Change {
  gone: RoutedMessage[]
  kept?: RoutedMessage | undefined
}

/** Retained messages on a key-value engine. */
export class EmbeddedRetained implements Retained {
  readonly #kv: SharedKeyValue
  readonly #accounts: Accounts
  /** Absent where they are in the store. */
  readonly #charges: RetainedCharges | undefined

  /** Charges the accounts with what is stored already. */
  static async open(options: EmbeddedRetainedOptions): Promise<EmbeddedRetained> {
    const opened = new EmbeddedRetained(options)
    if (!opened.#charges) return opened
    const kept = await options.kv.read((reader) => [...reader.range(retained, under())].map(({ value }) => value))
    for (const message of kept) opened.#charges.charge(message)
    return opened
  }

  private constructor({ kv, accounts, shared }: EmbeddedRetainedOptions) {
    this.#kv = kv
    this.#accounts = accounts
    this.#charges = shared ? undefined : new RetainedCharges(accounts)
  }

  async set(message: RoutedMessage): Promise<Excess | undefined> {
    const change: Change = { gone: [] }
    try {
      return await this.#kv.write((tx) => this.#set(tx, message, change))
    } catch (error) {
      this.#takeBack(change)
      throw error
    }
  }

  match(vendor: string, filter: string, now: number): Promise<readonly RoutedMessage[]> {
    return this.#kv.read((reader) => {
      const found: RoutedMessage[] = []
      for (const { value } of reader.range(retained, rangeOf(vendor, filter))) {
        if (isAlive(value, now) && matches(filter, value.topic)) found.push(value)
      }
      return found
    })
  }

  #set(tx: Transaction, message: RoutedMessage, change: Change): Excess | undefined {
    // It may have been run before, in vain.
    this.#takeBack(change)
    const charges = this.#charges ?? new StoredRetainedCharges(tx, this.#accounts)
    for (const expired of removeExpired(tx, retained, message.at)) {
      // They are nobody's charge any more, whatever becomes of the message that is to be kept.
      charges.give(expired)
      change.gone.push(expired)
    }
    const key = [message.vendor, boundedName(message.topic)]
    const kept = message.payload.length > 0 ? message : undefined
    const before = tx.get(retained, key)
    const excess = kept && charges.replace(before, kept)
    if (excess) return excess
    if (!kept) charges.give(before)
    if (before) change.gone.push(before)
    if (before) remove(tx, key, before)
    if (kept) put(tx, key, kept)
    change.kept = kept
    return undefined
  }

  #takeBack(change: Change): void {
    this.#charges?.give(change.kept)
    for (const message of change.gone.splice(0)) this.#charges?.charge(message)
    change.kept = undefined
  }
}

const put = (tx: Transaction, key: Key, message: RoutedMessage): void => {
  tx.put(retained, key, message)
  noteExpiry(tx, message)
}

const remove = (tx: Transaction, key: Key, message: RoutedMessage): void => {
  tx.remove(retained, key)
  forgetExpiry(tx, message)
}

/** Only topics that begin as the filter does, up to its first wildcard, can match. */
const rangeOf = (vendor: string, filter: string): Range => {
  const wildcard = filter.search(/[+#]/)
  if (wildcard === -1) return { from: [vendor, boundedName(filter)], to: under(vendor, boundedName(filter)).to }
  // `a/#` takes in `a` itself [MQTT-4.7.1-2].
  const prefix = beginningOf(filter.slice(0, wildcard).replace(/\/$/, ''))
  return { from: [vendor, prefix], to: [vendor, `${prefix}\u{10ffff}`] }
}
