import type { Will } from '@daakia/protocol/mqtt'
import type { Principal } from '../../identity.js'
import type { SessionRecord } from '../../state/sessions/port.js'
import type { FanOut } from '../fan-out.js'
import type { Publisher, Receiver, Subscriber, Terms } from '../subscriber.js'

/** A will that waits for its delay, until `due`. */
export interface WaitingWill {
  will: Will
  due: number
}

/** The connection of a session, as far as the router needs it. */
export interface Outlet {
  readonly behind: boolean
  deliver(message: FanOut, terms: Terms): void
  holdBack(publisher: Publisher): void
  wake(): void
}

/** Session state (4.1): what a client finds again when it comes back. */
export class Session implements Receiver {
  /** By filter, as the client gave it. */
  readonly subscribers = new Map<string, Subscriber>()
  /** Packet identifiers of QoS 2 publishes that were taken and not yet released. */
  readonly received: Set<number>
  /** Those of `received` whose message the store was not given yet: stored now, they would outlive it in a crash. */
  readonly taking = new Set<number>()
  /** It is in the store: from an earlier connection, or to outlive this one. */
  readonly persistent: boolean
  /** Seconds; 0: it ends with its connection. */
  expiryInterval: number
  /** What is to be said when the connection breaks. */
  will: Will | undefined
  outlet: Outlet | undefined

  constructor(
    /** Whoever connected last, with the role that it has now. */
    public principal: Principal,
    kept: { expiryInterval: number; received?: readonly number[]; stored?: boolean },
  ) {
    this.expiryInterval = kept.expiryInterval
    this.persistent = kept.stored === true || kept.expiryInterval > 0
    this.received = new Set(kept.received)
  }

  get name(): Principal {
    return this.principal
  }

  get connected(): boolean {
    return this.outlet !== undefined
  }

  get behind(): boolean {
    return this.outlet?.behind ?? false
  }

  deliver(message: FanOut, terms: Terms): void {
    this.outlet?.deliver(message, terms)
  }

  holdBack(publisher: Publisher): void {
    this.outlet?.holdBack(publisher)
  }

  wake(): void {
    this.outlet?.wake()
  }

  /** The session as it is stored while it has no connection. */
  parted(disconnectedAt: number, will: WaitingWill | undefined): SessionRecord {
    return { ...this.#state(), disconnectedAt, ...(will && { will }) }
  }

  /** The session as it is stored while it has one. Its will has no time yet: if the server dies, the next one says it. */
  record(): SessionRecord {
    return { ...this.#state(), ...(this.will && { will: { will: this.will, due: 0 } }) }
  }

  #state(): SessionRecord {
    return {
      name: this.name,
      expiryInterval: this.expiryInterval,
      subscriptions: [...this.subscribers.values()].map(({ subscription }) => subscription),
      received: [...this.received].filter((packetId) => !this.taking.has(packetId)),
    }
  }
}
