import { isShared, type QoS } from '@daakia/protocol/mqtt'
import type { RoutedMessage } from './port.js'
import type { Receiver, Subscriber, Terms } from './subscriber.js'

/** The way to a session that gets a topic by one or several subscriptions: one copy, with all their identifiers. */
export class Route {
  readonly receiver: Receiver
  /** The most that one of them grants [MQTT-3.3.5-1]. */
  readonly #qos: QoS
  /** Every one of them leaves out what the session publishes itself. */
  readonly #noLocal: boolean
  readonly #retainAsPublished: boolean
  readonly #identifiers: readonly number[]
  /** Of a member of a shared subscription: its filter. */
  readonly #share: string | undefined
  readonly #terms: (Terms | undefined)[] = []

  constructor(subscribers: readonly [Subscriber, ...Subscriber[]]) {
    const subscriptions = subscribers.map(({ subscription }) => subscription)
    this.receiver = subscribers[0].receiver
    this.#qos = Math.max(...subscriptions.map(({ qos }) => qos)) as QoS
    this.#noLocal = subscriptions.every(({ noLocal }) => noLocal)
    this.#retainAsPublished = subscriptions.some(({ retainAsPublished }) => retainAsPublished)
    this.#identifiers = subscriptions.flatMap(({ identifier }) => identifier ?? [])
    this.#share = subscriptions.find(({ filter }) => isShared(filter))?.filter
  }

  /** How a message goes this way; `undefined` where it does not. */
  terms({ qos, retain, publisher }: RoutedMessage): Terms | undefined {
    if (this.#noLocal && publisher && this.#isOwn(publisher)) return undefined
    // [MQTT-3.3.1-12], [MQTT-3.3.1-13]
    return this.#termsFor(qos < this.#qos ? qos : this.#qos, this.#retainAsPublished && retain)
  }

  #isOwn({ client, connection }: NonNullable<RoutedMessage['publisher']>): boolean {
    return this.receiver.name.connection === connection && this.receiver.name.client === client
  }

  #termsFor(qos: QoS, retain: boolean): Terms {
    const form = qos * 2 + (retain ? 1 : 0)
    const known = this.#terms[form]
    if (known) return known
    const terms: Terms = { qos, retain, identifiers: this.#identifiers }
    if (this.#share !== undefined) terms.share = this.#share
    this.#terms[form] = terms
    return terms
  }
}
