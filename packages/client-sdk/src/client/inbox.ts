import { formatPosition, type Position, parsePosition, subscriptionProperties, topics } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { Subscription } from '../link/port.js'
import { Listeners } from '../listeners.js'
import type { TransportMessage } from '../transport/port.js'
import { type Message, readDelivery } from './message.js'

const propertyOf = (properties: readonly UserProperty[] = [], name: string) =>
  properties.find(([other]) => other === name)?.[1]

/**
 * All that is said in the client's conversations, each message once and in the order of its journal: goes on after a
 * new connection where the last one ended, and drops what it has heard before.
 */
export class Inbox {
  readonly messages = new Listeners<[Message]>()
  readonly resyncs = new Listeners<[]>()
  #position: Position | undefined
  /** The newest `seq` of each conversation. */
  readonly #heard = new Map<string, number>()

  constructor(position: Position | undefined) {
    this.#position = position
  }

  /** As `<epoch>:<offset>`; `undefined` before the first connection. */
  get position(): string | undefined {
    return this.#position && formatPosition(this.#position)
  }

  get subscription(): Subscription {
    return {
      filters: [{ filter: topics.messages('+'), qos: 1 }],
      userProperties: () => (this.position === undefined ? [] : [[subscriptionProperties.since, this.position]]),
      granted: (properties) => {
        this.#position ??= this.#positionOf(properties)
      },
      receive: (message) => this.#receive(message),
    }
  }

  #receive(delivery: TransportMessage): void {
    if (propertyOf(delivery.userProperties, 'resync') !== undefined) this.#resync()
    const message = readDelivery(delivery)
    if (message && this.#isNew(message)) this.messages.tell(message)
    this.#position = this.#positionOf(delivery.userProperties) ?? this.#position
  }

  #isNew({ conversation, seq }: Message): boolean {
    if (seq <= (this.#heard.get(conversation) ?? 0)) return false
    this.#heard.set(conversation, seq)
    return true
  }

  /** The inbox is not the one that the position was of: journals may have begun anew. */
  #resync(): void {
    this.#heard.clear()
    this.resyncs.tell()
  }

  #positionOf(properties?: readonly UserProperty[]): Position | undefined {
    const pos = propertyOf(properties, 'pos')
    return pos === undefined ? undefined : parsePosition(pos)
  }
}
