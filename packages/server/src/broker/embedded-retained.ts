import { matches } from '@daakia/protocol/mqtt'
import { beginningOf, boundedName } from '../kv/bounded-name.js'
import { under } from '../kv/keys.js'
import { type KeyValue, type Range, table } from '../kv/port.js'
import type { Accounts, Excess } from '../limits/port.js'
import type { Retained, RoutedMessage } from './port.js'
import { RetainedCharges } from './retained-charges.js'

/** [vendor, topic] */
const retained = table<RoutedMessage>('retained')

export interface EmbeddedRetainedOptions {
  kv: KeyValue
  accounts: Accounts
}

/** Retained messages on the key-value engine of this process. */
export class EmbeddedRetained implements Retained {
  readonly #kv: KeyValue
  readonly #charges: RetainedCharges

  /** Charges the accounts with what is stored already. */
  static async open(options: EmbeddedRetainedOptions): Promise<EmbeddedRetained> {
    const opened = new EmbeddedRetained(options)
    for (const { value } of options.kv.range(retained, under())) opened.#charges.charge(value)
    return opened
  }

  private constructor({ kv, accounts }: EmbeddedRetainedOptions) {
    this.#kv = kv
    this.#charges = new RetainedCharges(accounts)
  }

  async set(message: RoutedMessage): Promise<Excess | undefined> {
    const key = [message.vendor, boundedName(message.topic)]
    const kept = message.payload.length > 0 ? message : undefined
    let undo = () => {}
    try {
      return await this.#kv.write((tx) => {
        const before = tx.get(retained, key)
        const excess = this.#exchange(before, kept)
        if (excess) return excess
        undo = () => void this.#takeBack(kept, before)
        if (kept) tx.put(retained, key, kept)
        else if (before) tx.remove(retained, key)
        return undefined
      })
    } catch (error) {
      undo()
      throw error
    }
  }

  async match(vendor: string, filter: string, now: number): Promise<readonly RoutedMessage[]> {
    const found: RoutedMessage[] = []
    for (const { value } of this.#kv.range(retained, rangeOf(vendor, filter))) {
      if (isAlive(value, now) && matches(filter, value.topic)) found.push(value)
    }
    return found
  }

  #exchange(before: RoutedMessage | undefined, kept: RoutedMessage | undefined): Excess | undefined {
    if (kept) return this.#charges.replace(before, kept)
    this.#charges.give(before)
    return undefined
  }

  #takeBack(kept: RoutedMessage | undefined, before: RoutedMessage | undefined): void {
    this.#charges.give(kept)
    this.#charges.charge(before)
  }
}

/** Only topics that begin as the filter does, up to its first wildcard, can match. */
const rangeOf = (vendor: string, filter: string): Range => {
  const wildcard = filter.search(/[+#]/)
  if (wildcard === -1) return { from: [vendor, boundedName(filter)], to: under(vendor, boundedName(filter)).to }
  // `a/#` takes in `a` itself [MQTT-4.7.1-2].
  const prefix = beginningOf(filter.slice(0, wildcard).replace(/\/$/, ''))
  return { from: [vendor, prefix], to: [vendor, `${prefix}\u{10ffff}`] }
}

const isAlive = ({ at, properties }: RoutedMessage, now: number): boolean =>
  properties?.messageExpiryInterval === undefined || now < at + properties.messageExpiryInterval * 1000
