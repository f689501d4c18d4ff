import type { Notice } from '@daakia/protocol'
import { isShared, type Will } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import type { Principal } from '../../identity.js'
import type { Excess, OpenAccount } from '../../limits/port.js'
import type { SentPlacesRecord, SessionRecord } from '../../state/sessions/port.js'
import type { FanOut } from '../fan-out.js'
import type { FanOutRun } from '../fan-out-run.js'
import { missed } from '../overflow.js'
import type { Services } from '../services.js'
import { SparseMap, SparseSet } from '../sparse.js'
import type { Publisher, Receiver, Subscriber, Terms } from '../subscriber.js'
import { KeptNotices } from './notice-box.js'
import { KeptPlaces } from './sent-places.js'

/** A will that waits for its delay, until `due`. */
export interface WaitingWill {
  will: Will
  due: number
}

/** The connection of a session, as far as the router needs it. */
export interface Outlet {
  readonly link: Pick<Link, 'close' | 'version' | 'remote' | 'keepAliveSeconds'>
  /** When the connection began. */
  readonly since: number
  readonly behind: boolean
  deliver(message: FanOut, terms: Terms): void
  forward(run: FanOutRun, terms: Terms): void
  holdBack(publisher: Publisher): void
  wake(): void
  /** What clients may do has changed. */
  rightsChanged(): void
}

type Kept = Pick<
  SessionRecord,
  'fence' | 'received' | 'messageIds' | 'doubtful' | 'sent' | 'shed' | 'unsubscribed' | 'notices'
>

const nothingSent: SentPlacesRecord = { last: 0, unacknowledged: [] }

/** Session state (4.1): what a client finds again when it comes back. */
export class Session implements Receiver {
  readonly #subscribers = new Map<string, Subscriber>()
  /** Packet identifiers of QoS 2 publishes that were taken and not yet released. */
  readonly received: SparseSet<number>
  /** Those of `received` whose message the store was not given yet: stored now, they would outlive it in a crash. */
  readonly taking = new SparseSet<number>()
  /** Message ids that the server gave to QoS 2 publishes which may have been taken, by packet identifier. */
  readonly messageIds: SparseMap<number, string>
  /** Packet identifiers that may have been released: the store has lost what it had after it had stored them. */
  #doubtful: Set<number> | undefined
  /** What it was sent of its inbox; where it is not in the store, nobody asks. */
  readonly sent: KeptPlaces | undefined
  /** It is in the store: from an earlier connection, or to outlive this one. */
  readonly persistent: boolean
  /** A QoS 2 publish was released since it was read from the store: where that goes back, it may be received there again. */
  hasReleased = false
  /** A connection to this node has it, or is about to, or has not yet parted from it. */
  isHere = false
  /** Higher with each connection. */
  fence: number
  /** Seconds; 0: it ends with its connection. */
  expiryInterval: number
  /** Messages that its full queue did not take, and that it was not told of yet. */
  shed: number
  lastShedAt: number | undefined
  /** Subscriptions that its client may not have any more, and that ended without its being told. */
  unsubscribed: number
  #notices: KeptNotices | undefined
  #waitForParting: (() => void)[] | undefined
  /** How often what clients may do has changed meanwhile. */
  reviews = 0
  /** What is to be said when the connection breaks. */
  will: Will | undefined
  outlet: Outlet | undefined

  constructor(
    /** Whoever connected last, with the role that it has now. */
    public principal: Principal,
    /** Charged with what the session has; the session closes it when it ends. */
    readonly account: OpenAccount,
    kept: { expiryInterval: number; stored?: boolean } & Partial<Kept>,
    private readonly services: Services,
  ) {
    this.fence = kept.fence ?? 0
    this.expiryInterval = kept.expiryInterval
    this.persistent = kept.stored === true || kept.expiryInterval > 0
    this.sent = this.persistent ? new KeptPlaces(kept.stored ? kept.sent : nothingSent) : undefined
    this.received = new SparseSet(kept.received)
    this.shed = kept.shed ?? 0
    this.unsubscribed = kept.unsubscribed ?? 0
    this.#notices = kept.notices && new KeptNotices(kept.notices)
    this.messageIds = new SparseMap(kept.messageIds)
    if (kept.doubtful) this.#doubtful = new Set(kept.doubtful)
  }

  /** Forgets a QoS 2 publish that was taken, and the id that it was given. Answers whether there was one. */
  forgetReceived(packetId: number): boolean {
    this.#doubtful?.delete(packetId)
    // Where the server died after it had taken a message, it may know no more of it than its id.
    const wasNamed = this.messageIds.delete(packetId)
    return this.received.delete(packetId) || wasNamed
  }

  /**
   * Its client sends a QoS 2 publish for the first time [MQTT-3.3.1-1]: the one before it under this identifier was released, though the
   * store may have lost that.
   */
  begins(packetId: number): void {
    if (this.#doubtful?.has(packetId)) this.forgetReceived(packetId)
  }

  get name(): Principal {
    return this.principal
  }

  /** By filter, as the client gave it. */
  get subscribers(): ReadonlyMap<string, Subscriber> {
    return this.#subscribers
  }

  /** Makes room for a subscription, where there is none with this filter yet; `release` gives it back unused. */
  reserve(filter: string): Excess | undefined {
    return this.#subscribers.has(filter) ? undefined : this.account.take('subscriptions', 1)
  }

  release(filter: string): void {
    if (!this.#subscribers.has(filter)) this.account.give('subscriptions', 1)
  }

  /** Takes the place of an earlier one with the same filter. Room was reserved before. */
  subscribe(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber.subscription.filter, subscriber)
    if (this.outlet) this.services.elsewhere.subscribed(this, subscriber.subscription)
  }

  unsubscribe(filter: string): void {
    if (!this.#subscribers.delete(filter)) return
    this.account.give('subscriptions', 1)
    if (this.outlet) this.services.elsewhere.unsubscribed(this, filter)
  }

  /** It is over: gives back what it has. */
  end(): void {
    for (const filter of this.#subscribers.keys()) this.unsubscribe(filter)
    if (this.persistent) this.account.give('sessions', 1)
    this.account.close()
  }

  /** Most sessions never get one. */
  get notices(): KeptNotices {
    this.#notices ??= new KeptNotices()
    return this.#notices
  }

  /** Tells its client what it can't be told in another way: now, or when it subscribes to its notices. */
  tell(notice: Omit<Notice, 'at'>): void {
    this.notices.add({ ...notice, at: this.services.clock.now() } as Notice)
  }

  /** Resolves when its connection is gone, and nothing goes on under its name any more. */
  whenParted(): Promise<void> {
    return new Promise((resolve) => {
      this.#waitForParting ??= []
      this.#waitForParting.push(resolve)
    })
  }

  hasParted(): void {
    for (const resolve of this.#waitForParting?.splice(0) ?? []) resolve()
  }

  get isElsewhere(): boolean {
    return false
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

  forward(run: FanOutRun, terms: Terms): void {
    this.outlet?.forward(run, terms)
  }

  holdBack(publisher: Publisher): void {
    this.outlet?.holdBack(publisher)
  }

  missed(excess: Excess): void {
    missed(this.services, this, excess)
  }

  wake(): void {
    this.outlet?.wake()
  }

  rightsChanged(): void {
    this.reviews++
    this.outlet?.rightsChanged()
  }

  /** The session as it is stored while it has no connection. */
  parted(disconnectedAt: number, will: WaitingWill | undefined): SessionRecord {
    const sent = this.sent?.record()
    return { ...this.#state(), disconnectedAt, ...(will && { will }), ...(sent && { sent }) }
  }

  /** The session as it is stored while it has one. Its will has no time yet: if the server dies, the next one says it. */
  record(): SessionRecord {
    const { shared, peers } = this.services
    return {
      ...this.#state(),
      ...(shared && { node: peers.node }),
      ...(this.will && { will: { will: this.will, due: 0 } }),
    }
  }

  #state(): SessionRecord {
    const notices = this.#notices?.record() ?? []
    return {
      name: this.name,
      fence: this.fence,
      expiryInterval: this.expiryInterval,
      subscriptions: [...this.subscribers.values()].map(({ subscription }) => subscription),
      received: [...this.received].filter((packetId) => !this.taking.has(packetId)),
      ...(this.shed > 0 && { shed: this.shed }),
      ...(this.unsubscribed > 0 && { unsubscribed: this.unsubscribed }),
      ...(notices.length > 0 && { notices }),
      ...(this.messageIds.size > 0 && { messageIds: [...this.messageIds] }),
      ...(this.#doubtful && this.#doubtful.size > 0 && { doubtful: [...this.#doubtful] }),
    }
  }
}

/** For how many milliseconds its will waits. */
export const willDelayOf = ({ will }: Session): number => (will?.properties?.willDelayInterval ?? 0) * 1000

export const hasShares = ({ subscribers }: Session): boolean => [...subscribers.keys()].some(isShared)
