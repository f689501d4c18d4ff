import { isShared, type QoS } from '@daakia/protocol/mqtt'
import type { RoutedMessage } from './port.js'
import type { Receiver, Subscriber, Terms } from './subscriber.js'

/** The way to a session that gets a topic by one or several subscriptions: one copy, with all their identifiers. */
export class Route {
  readonly receiver: Receiver
  /** The most that one of them grants [MQTT-3.3.4-2]. */
  readonly #qos: QoS
  /** The way of what the session publishes itself: some of them may leave that out. */
  readonly #ofItsOwn: Route | undefined
  readonly #retainAsPublished: boolean
  /** Of all that have one [MQTT-3.3.4-4]. */
  readonly #identifiers: readonly number[]
  /** Of a member of a shared subscription: its filter. */
  readonly #share: string | undefined
  readonly #terms: (Terms | undefined)[] = []

  constructor(subscribers: readonly [Subscriber, ...Subscriber[]]) {
    const subscriptions = subscribers.map(({ subscription }) => subscription)
    this.receiver = subscribers[0].receiver
    this.#qos = Math.max(...subscriptions.map(({ qos }) => qos)) as QoS
    this.#ofItsOwn = this.#withoutNoLocal(subscribers)
    this.#retainAsPublished = subscriptions.some(({ retainAsPublished }) => retainAsPublished)
    this.#identifiers = subscriptions.flatMap(({ identifier }) => identifier ?? [])
    this.#share = subscriptions.find(({ filter }) => isShared(filter))?.filter
  }

  /** How a message goes this way; `undefined` where it does not. */
  terms(message: Pick<RoutedMessage, 'qos' | 'retain' | 'publisher'>): Terms | undefined {
    const { qos, retain, publisher } = message
    if (this.#ofItsOwn !== this && publisher && this.#isOwn(publisher)) return this.#ofItsOwn?.terms(message)
    // [MQTT-3.3.1-12], [MQTT-3.3.1-13]
    return this.#termsFor(qos < this.#qos ? qos : this.#qos, this.#retainAsPublished && retain)
  }

  /** [MQTT-3.8.3-3] */
  #withoutNoLocal(subscribers: readonly Subscriber[]): Route | undefined {
    const [first, ...rest] = subscribers.filter(({ subscription }) => !subscription.noLocal)
    if (!first) return undefined
    return rest.length + 1 === subscribers.length ? this : new Route([first, ...rest])
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
