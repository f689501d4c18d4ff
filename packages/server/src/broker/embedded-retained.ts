import { matches } from '@daakia/protocol/mqtt'
import { beginningOf, boundedName } from '../kv/bounded-name.js'
import { under } from '../kv/keys.js'
import { type KeyValue, type Range, table } from '../kv/port.js'
import type { Retained, RoutedMessage } from './port.js'

/** [vendor, topic] */
const retained = table<RoutedMessage>('retained')

/** Retained messages on the key-value engine of this process. */
export class EmbeddedRetained implements Retained {
  readonly #kv: KeyValue

  constructor(kv: KeyValue) {
    this.#kv = kv
  }

  set(message: RoutedMessage): Promise<void> {
    const key = [message.vendor, boundedName(message.topic)]
    return this.#kv.write((tx) => {
      if (message.payload.length > 0) tx.put(retained, key, message)
      else if (tx.get(retained, key)) tx.remove(retained, key)
    })
  }

  async match(vendor: string, filter: string, now: number): Promise<readonly RoutedMessage[]> {
    const found: RoutedMessage[] = []
    for (const { value } of this.#kv.range(retained, rangeOf(vendor, filter))) {
      if (isAlive(value, now) && matches(filter, value.topic)) found.push(value)
    }
    return found
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
