import { matches, parseShare } from '@daakia/protocol/mqtt'
import { type Deferred, deferred } from '../deferred.js'
import { ConnectionLost, Refused } from '../errors.js'
import type { Transport, TransportMessage } from '../transport/port.js'
import type { Subscription } from './port.js'

/** "Quota exceeded": the server takes no more for now, as where it does not reach its store. */
const notNow = 0x97

interface Kept {
  subscription: Subscription
  first: Deferred<void>
  grantedOnce: boolean
}

/** What a link is subscribed to: made anew on each connection, and given what arrives. */
export class Subscriptions {
  readonly #kept = new Set<Kept>()

  /** Keeps it; with a transport it is made at once. */
  add(subscription: Subscription, transport: Transport | undefined): Promise<void> {
    const kept: Kept = { subscription, first: deferred(), grantedOnce: false }
    this.#kept.add(kept)
    if (transport) this.#make(kept, transport).catch((error) => this.#drop(kept, error))
    return kept.first.promise
  }

  /**
   * Makes all of them on a new connection.
   *
   * @throws Refused one that was granted before, or that may be granted on the next connection; ConnectionLost
   */
  async resume(transport: Transport): Promise<void> {
    await Promise.all([...this.#kept].map((kept) => this.#make(kept, transport)))
  }

  /** Forgets it; with a transport, nothing more comes by it. */
  async remove(subscription: Subscription, transport: Transport | undefined): Promise<void> {
    for (const kept of this.#kept) if (kept.subscription === subscription) this.#kept.delete(kept)
    await transport?.unsubscribe(subscription.filters.map(({ filter }) => filter))
  }

  deliver(message: TransportMessage): void {
    for (const { subscription } of this.#kept) {
      if (subscription.filters.some(({ filter }) => matches(filterOf(filter), message.topic)))
        subscription.receive(message)
    }
  }

  /** Those that were never granted will not be. */
  abandon(error: Error): void {
    for (const { first } of this.#kept) first.reject(error)
  }

  async #make(kept: Kept, transport: Transport): Promise<void> {
    const { subscription, first } = kept
    try {
      const answered = await transport.subscribe(subscription.filters, subscription.userProperties?.())
      subscription.granted?.(answered)
      kept.grantedOnce = true
      first.resolve()
    } catch (error) {
      const found = error instanceof Error ? error : new ConnectionLost(String(error))
      if (kept.grantedOnce || !(found instanceof Refused) || found.reasonCode === notNow) throw found
      this.#drop(kept, found)
    }
  }

  /** It was refused; where the connection was lost it is made again on the next one. */
  #drop(kept: Kept, error: unknown): void {
    if (kept.grantedOnce || !(error instanceof Refused)) return
    this.#kept.delete(kept)
    kept.first.reject(error)
  }
}

/** Of a shared subscription, the filter behind its group. */
const filterOf = (filter: string): string => {
  const share = parseShare(filter)
  return share && share !== 'invalid' ? share.filter : filter
}
