import type { DaakTopic } from '@daakia/protocol'
import type { Principal } from '../../identity.js'
import type { LiveSession } from './port.js'
import type { DaakSubscription } from './row.js'

/** A session with its subscriptions to the topics of one row, by filter. */
export interface Listener<T extends DaakTopic> {
  readonly session: LiveSession
  readonly filters: ReadonlyMap<string, { topic: T; subscription: DaakSubscription }>
}

/**
 * Who subscribes to the topics of a row, found by client (what is for the members of a conversation is told to these), or
 * by what `ownerOf` says: then `of` is asked with that.
 */
export class Listeners<T extends DaakTopic> {
  readonly #bySession = new Map<LiveSession, Map<string, { topic: T; subscription: DaakSubscription }>>()
  readonly #byOwner = new Map<string, Map<LiveSession, Listener<T>>>()

  constructor(private readonly ownerOf = ({ vendor, client }: Principal): readonly string[] => [vendor, client]) {}

  get empty(): boolean {
    return this.#bySession.size === 0
  }

  /** Adds a subscription, or replaces the one with the same filter. Answers whether there was one; a session that is gone gets none. */
  add(session: LiveSession, topic: T, subscription: DaakSubscription): boolean {
    if (session.closed) return false
    const filters = this.#bySession.get(session) ?? this.#enter(session)
    const known = filters.has(subscription.filter)
    filters.set(subscription.filter, { topic, subscription })
    return known
  }

  /** Whether there was such a subscription. */
  remove(session: LiveSession, filter: string): boolean {
    const filters = this.#bySession.get(session)
    const known = filters?.delete(filter) ?? false
    if (filters?.size === 0) this.drop(session)
    return known
  }

  /** The session is gone. */
  drop(session: LiveSession): void {
    if (!this.#bySession.delete(session)) return
    const key = keyOf(this.ownerOf(session.name))
    const sessions = this.#byOwner.get(key)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#byOwner.delete(key)
  }

  /** The listener that a session is. */
  get(session: LiveSession): Listener<T> | undefined {
    const filters = this.#bySession.get(session)
    return filters && { session, filters }
  }

  /** The sessions of a client that listen. */
  of(...owner: readonly string[]): Iterable<Listener<T>> {
    return this.#byOwner.get(keyOf(owner))?.values() ?? []
  }

  #enter(session: LiveSession) {
    const filters = new Map<string, { topic: T; subscription: DaakSubscription }>()
    this.#bySession.set(session, filters)
    const key = keyOf(this.ownerOf(session.name))
    const sessions = this.#byOwner.get(key) ?? new Map<LiveSession, Listener<T>>()
    this.#byOwner.set(key, sessions.set(session, { session, filters }))
    return filters
  }
}

/** The subscriptions of a session that take a topic in. */
export const matching = <T extends DaakTopic>(
  { filters }: Listener<T>,
  takesIn: (topic: T, subscription: DaakSubscription) => boolean,
): DaakSubscription[] =>
  [...filters.values()]
    .filter(({ topic, subscription }) => takesIn(topic, subscription))
    .map(({ subscription }) => subscription)

/** Whether a name in a filter stands for this one. */
export const covers = (pattern: string, name: string): boolean => pattern === '+' || pattern === name

/** The identifiers of subscriptions that share one delivery [MQTT-3.3.4-3], [MQTT-3.3.4-4]. */
export const identifiersOf = (subscriptions: readonly DaakSubscription[]): { identifiers?: readonly number[] } => {
  const identifiers = subscriptions.flatMap(({ identifier }) => identifier ?? [])
  return identifiers.length > 0 ? { identifiers } : {}
}

const keyOf = (owner: readonly string[]) => owner.join('/')
