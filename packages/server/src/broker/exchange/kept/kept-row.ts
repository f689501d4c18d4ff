import type { DaakTopic } from '@daakia/protocol'
import { Listeners } from '../listeners.js'
import type { LiveSession } from '../port.js'
import type { DaakSubscription, Granted, Row } from '../row.js'
import { Teller, type TellerParts } from './teller.js'

/** What the rows have in common whose topics the server keeps: told to who subscribes, and again when it changes. */
export class KeptRow<T extends DaakTopic, S> implements Row<T> {
  readonly #listeners = new Listeners<T>()
  readonly #tellers = new Map<LiveSession, Teller<T, S>>()

  constructor(protected readonly parts: TellerParts<T, S>) {}

  async subscribe(session: LiveSession, topic: T, subscription: DaakSubscription): Promise<Granted> {
    await this.parts.source.admit(session, topic)
    const known = this.#listeners.add(session, topic, subscription)
    const teller = this.#tellerOf(session)
    // [MQTT-3.3.1-9] to [MQTT-3.3.1-11]
    const retained = subscription.retainHandling === 0 || (subscription.retainHandling === 1 && !known)
    return { begin: () => teller?.begin(retained ? subscription.filter : undefined) }
  }

  /** What changed while the session was away is told as what there is now. */
  resume(session: LiveSession, topic: T, subscription: DaakSubscription): Promise<Granted> {
    return this.subscribe(session, topic, { ...subscription, retainHandling: 0 })
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    const known = this.#listeners.remove(session, filter)
    if (!this.#listeners.get(session)) this.detach(session)
    return known
  }

  detach(session: LiveSession): void {
    this.#listeners.drop(session)
    this.#tellers.get(session)?.stop()
    this.#tellers.delete(session)
  }

  /** Nobody subscribes to any of it. */
  get idle(): boolean {
    return this.#listeners.empty
  }

  /** It has changed, for these clients. */
  changed(vendor: string, clients: readonly string[], subject: S): void {
    for (const client of clients)
      for (const { session } of this.#listeners.of(vendor, client)) this.#tellers.get(session)?.changed(subject)
  }

  /** Changes may have been missed. */
  missed(): void {
    for (const teller of this.#tellers.values()) teller.missed()
  }

  #tellerOf(session: LiveSession): Teller<T, S> | undefined {
    const existing = this.#tellers.get(session)
    if (existing) return existing
    const listener = this.#listeners.get(session)
    if (!listener) return undefined
    const teller = new Teller(listener, this.parts)
    this.#tellers.set(session, teller)
    return teller
  }
}
