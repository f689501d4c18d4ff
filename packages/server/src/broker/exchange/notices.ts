import { bytesOf, type DaakTopic, topics } from '@daakia/protocol'
import { grantedQoS } from './inbox-row.js'
import type { LiveSession } from './port.js'
import type { DaakSubscription, Granted, Row } from './row.js'

type Notices = Extract<DaakTopic, { kind: 'notices' }>

/** `daak/notices`: what a session could not be told otherwise. It waits for the subscription, and is told once. */
export class NoticesRow implements Row<Notices> {
  readonly #subscriptions = new Map<LiveSession, DaakSubscription>()

  async subscribe(session: LiveSession, _: Notices, subscription: DaakSubscription): Promise<Granted> {
    if (session.closed) return {}
    this.#subscriptions.set(session, subscription)
    return { begin: () => this.#begin(session) }
  }

  resume(session: LiveSession, topic: Notices, subscription: DaakSubscription): Promise<Granted> {
    return this.subscribe(session, topic, subscription)
  }

  async unsubscribe(session: LiveSession): Promise<boolean> {
    return this.#end(session)
  }

  detach(session: LiveSession): void {
    this.#end(session)
  }

  #begin(session: LiveSession): void {
    if (!this.#subscriptions.has(session)) return
    const pump = pumping(session, () => this.#subscriptions.get(session))
    session.notices.heardBy(pump)
    pump()
  }

  #end(session: LiveSession): boolean {
    const known = this.#subscriptions.delete(session)
    if (known) session.notices.heardBy(undefined)
    return known
  }
}

/** Sends what waits, as much as there is room for, and the rest when there is some. */
const pumping = (session: LiveSession, subscription: () => DaakSubscription | undefined): (() => void) => {
  let waiting = false
  const pump = () => {
    while (!waiting && !session.closed) {
      const [notice, terms] = [session.notices.next, subscription()]
      if (!notice || !terms) return
      if (session.send(deliveryOf(notice, terms))) session.notices.shift()
      else wait()
    }
  }
  const wait = () => {
    waiting = true
    session.whenRoom(() => {
      waiting = false
      pump()
    })
  }
  return pump
}

const deliveryOf = (notice: object, subscription: DaakSubscription) => ({
  topic: topics.notices(),
  payload: bytesOf(JSON.stringify(notice)),
  qos: grantedQoS(subscription),
  retain: false,
  contentType: 'application/json',
  ...(subscription.identifier !== undefined && { identifiers: [subscription.identifier] }),
})
