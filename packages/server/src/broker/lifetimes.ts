import type { ConnectPacket } from '@daakia/protocol/mqtt'
import type { Principal, SessionName } from '../identity.js'
import type { Excess } from '../limits/port.js'
import { logFailure } from '../not-now.js'
import type { SessionRecord } from '../state/sessions/port.js'
import { Reviews } from './access/review.js'
import { isExchangeFilter } from './exchange-filter.js'
import { handOverQueue, type Successor, whoeverIsLeft, whoIsConnected } from './hand-over-queue.js'
import { keyOf } from './key-of.js'
import { forEver, type Parted, PartedSessions } from './parted-sessions.js'
import { Router } from './router.js'
import type { Services } from './services.js'
import { hasShares, Session, willDelayOf } from './session/session.js'
import { SessionIndex } from './session-index.js'
import { Tending } from './tending.js'
import { publishWill } from './wills.js'

interface Begun {
  session: Session
  present: boolean
}

/** The sessions that are kept without a connection: when they come back, when they end, when their wills are said. */
export class Lifetimes {
  readonly parted: PartedSessions
  /** Names of sessions that a connection is about to have. */
  readonly #opening = new Set<string>()
  /** Sessions whose time is over, until they are out of the store. */
  readonly #ending = new Map<string, Promise<void>>()
  /** Names of sessions that are over, and that the store did not let go of when it was asked to; with their fences. */
  readonly #leftovers = new Map<string, number>()
  readonly #routers = new Map<string, Router>()
  /** All that there are, those with a connection included; without those that other nodes have. */
  readonly sessions = new SessionIndex()
  readonly #reviews: Reviews
  readonly #tending: Tending
  #stopHearing = () => {}

  constructor(readonly services: Services) {
    this.parted = new PartedSessions({
      clock: services.clock,
      expired: (parted) => this.#tending.inTurn(parted, () => this.#expire(parted)),
      willIsDue: (parted) => this.#tending.inTurn(parted, () => void this.watch(this.#sayLate(parted), parted.session)),
    })
    this.#tending = new Tending(this)
    this.#reviews = new Reviews({
      services,
      sessions: { [Symbol.iterator]: () => this.#tending.ofThisNode() },
      router: (vendor) => this.router(vendor),
      changed: (session) => this.#subscriptionsChanged(session),
    })
  }

  /** The router of a vendor. */
  router(vendor: string): Router {
    const known = this.#routers.get(vendor)
    if (known) return known
    const router = new Router()
    this.#routers.set(vendor, router)
    return router
  }

  /** Puts the stored sessions back. */
  async start(): Promise<void> {
    await this.services.elsewhere.start(this.#tending)
    const records = await this.services.sessions.all()
    const own = this.services.shared ? this.#tending.away(records) : records
    const sessions = own.map((record) => this.restore(record))
    this.#stopHearing = this.services.access.onChange(() => void this.#reviews.run())
    const takeUp = () => Promise.all(own.map((record, i) => this.#takeUp(record, sessions[i] as Session)))
    // What a review takes from those that others may have next is stored at once.
    if (this.services.shared) await takeUp().then(() => this.#tending.partLeft(records))
    // What they may do may have changed while there was no server.
    await this.#reviews.run()
    // Only now: the will of one may be for another.
    if (!this.services.shared) await takeUp()
  }

  stop(): void {
    this.#stopHearing()
    this.#tending.stop()
    this.services.elsewhere.stop()
    this.parted.clear()
  }

  /** The session for a connection: the one that was kept, or a new one. `fence` is that of the connection's claim. */
  async begin(principal: Principal, connect: ConnectPacket, fence: number): Promise<Begun | Excess> {
    const key = keyOf(principal)
    this.#opening.add(key)
    try {
      return await this.#begin(principal, connect, fence)
    } finally {
      this.#opening.delete(key)
    }
  }

  /** What others say of it is old. */
  isHere(name: SessionName): boolean {
    if (this.#opening.has(keyOf(name))) return true
    return this.sessionOf(name)?.isHere ?? false
  }

  /** By which this node knows it. Nobody knows better where a connection here is about to have it. */
  fenceOf(name: SessionName): number | undefined {
    return this.#opening.has(keyOf(name)) ? Number.POSITIVE_INFINITY : this.sessionOf(name)?.fence
  }

  sessionOf({ vendor, client, connection }: SessionName): Session | undefined {
    for (const session of this.sessions.of(vendor, client)) if (session.name.connection === connection) return session
    return undefined
  }

  async #begin(principal: Principal, connect: ConnectPacket, fence: number): Promise<Begun | Excess> {
    const kept = await this.#return(principal, connect)
    const expiryInterval = this.#expiryOf(connect)
    const session = kept ?? this.#make(principal, expiryInterval)
    if ('limit' in session) return session
    if (kept) await this.#recognise(kept, principal)
    const before = session.fence
    session.fence = Math.max(fence, before + 1)
    session.isHere = true
    session.expiryInterval = expiryInterval
    session.will = connect.will && { ...connect.will, payload: connect.will.payload.slice() }
    if (session.persistent) await this.#store(session, kept && before)
    this.services.elsewhere.began(session)
    return { session, present: kept !== undefined }
  }

  /** The inboxes of these clients have gone back to an earlier moment. */
  wentBack(isConcerned: (vendor: string, client: string) => boolean): void {
    for (const session of this.sessions) {
      const { name, sent, hasReleased } = session
      if (!sent || !isConcerned(name.vendor, name.client)) continue
      sent.doubt()
      // By what is stored, what its client sends under the same identifier may be what was released.
      if (hasReleased) void this.watch(this.#saveAnew(session), session)
    }
  }

  /** One whose connection has gone, and is not parted from yet, is about to be stored. */
  async #saveAnew(session: Session): Promise<void> {
    const parted = this.parted.get(session.name)
    if (parted?.session === session) await this.#save(parted, isStoredAsConnected)
    else if (session.outlet) await this.services.sessions.save(session.record())
  }

  /** The connection is gone: the session stays, or ends. */
  async part(session: Session): Promise<void> {
    if (session.expiryInterval === 0) return this.end(session)
    const { sessions, elsewhere, clock } = this.services
    const delayMs = willDelayOf(session)
    if (delayMs === 0) await this.sayWill(session)
    const since = clock.now()
    const waiting = session.will && { will: session.will, due: since + delayMs }
    // What the disk does not take now, it has in an older form; here the session goes on as it is.
    const saved = await this.watch(sessions.save(session.parted(since, waiting)), session)
    if (saved === false) return this.drop(session)
    if (hasShares(session)) await this.handOver(session, whoIsConnected)
    session.isHere = false
    this.#tending.saveLater(this.parted.keep({ session, since, waiting, unsaved: saved === undefined }))
    if (saved) elsewhere.parted(session, since, waiting?.due)
  }

  /** With another role than before, its client may have to leave some of its subscriptions. */
  async #recognise(session: Session, principal: Principal): Promise<void> {
    const before = session.principal
    session.principal = principal
    if (before.role !== principal.role) await this.#reviews.review(session)
  }

  /**
   * Stores a session that is to have a connection. Where that fails, one that was kept waits on for its client, as what it
   * was stored before.
   */
  async #store(session: Session, fenceBefore: number | undefined): Promise<void> {
    try {
      if (!(await this.services.sessions.begin(session.record()))) throw new Error('Another connection has the session')
    } catch (error) {
      session.will = undefined
      const since = this.services.clock.now()
      if (fenceBefore === undefined) this.#over(session)
      else {
        session.fence = fenceBefore
        session.isHere = false
        this.parted.keep({ session, since, waiting: undefined, unsaved: false })
      }
      throw error
    }
  }

  #make(principal: Principal, expiryInterval: number): Session | Excess {
    const account = this.services.accounts.open(principal)
    const excess = expiryInterval > 0 ? account.take('sessions', 1) : undefined
    if (!excess) return this.#add(new Session(principal, account, { expiryInterval }, this.services))
    account.close()
    return excess
  }

  #add(session: Session): Session {
    this.sessions.add(session)
    return session
  }

  #over(session: Session): void {
    session.end()
    this.sessions.delete(session)
  }

  /** What this node knows of a session is not so any more: the store has it otherwise, or another node does. */
  drop(session: Session): void {
    this.#leaveTopics(session)
    this.#over(session)
  }

  async #return(name: SessionName, { cleanStart }: ConnectPacket): Promise<Session | undefined> {
    const key = keyOf(name)
    await this.#ending.get(key)
    const leftover = this.#leftovers.get(key)
    if (leftover !== undefined) await this.#remove(name, leftover)
    const parted = this.parted.get(name)
    if (parted) this.parted.forget(parted)
    const session = await this.#tending.current(name, parted)
    if (!session || !cleanStart) return session
    await this.end(session)
    return undefined
  }

  #expiryOf({ version, cleanStart, properties }: ConnectPacket): number {
    const asked = version === 4 ? (cleanStart ? 0 : forEver) : (properties?.sessionExpiryInterval ?? 0)
    return Math.min(asked, this.services.limits.sessionExpirySeconds)
  }

  /** Since when a session has no connection. */
  partedAt({ name }: Session): number | undefined {
    return this.parted.get(name)?.since
  }

  /** Ends a session that has no connection. Answers whether there was such a one. */
  async dismiss({ name }: Session): Promise<boolean> {
    const parted = this.parted.get(name)
    if (!parted) return false
    this.#expire(parted)
    await this.#ending.get(keyOf(name))
    return true
  }

  /** A client that is back just then waits for the end of its old session. */
  #expire(parted: Parted): void {
    const { session } = parted
    const key = keyOf(session.name)
    this.parted.forget(parted)
    const ended = this.services.shared ? this.#tending.end(parted) : this.end(session)
    const end = this.watch<void>(ended, session).then(() => void this.#ending.delete(key))
    this.#ending.set(key, end)
  }

  async #sayLate(parted: Parted): Promise<void> {
    if (this.services.shared) return this.#tending.sayWill(parted)
    const { session } = parted
    parted.waiting = undefined
    await this.sayWill(session)
    // Where the client is back, the record is its connection's.
    if (this.parted.has(parted)) await this.#save(parted)
  }

  #save({ session, since, waiting }: Parted, isStill?: (stored: SessionRecord) => boolean): Promise<boolean> {
    const will = waiting?.will && { will: waiting.will, due: waiting.due }
    return this.services.sessions.save(session.parted(since, will), isStill)
  }

  /** A connection that goes stores them itself. */
  #subscriptionsChanged(session: Session): void {
    const parted = this.parted.get(session.name)
    if (parted?.session !== session) return
    const saved = this.services.shared ? this.#tending.saveSubscriptions(parted) : this.#save(parted)
    void this.watch<unknown>(saved, session)
  }

  async end(session: Session): Promise<void> {
    this.#leaveTopics(session)
    await this.sayWill(session)
    if (session.persistent) await this.handOver(session, whoeverIsLeft)
    try {
      if (session.persistent) await this.#remove(session.name, session.fence)
    } finally {
      this.#over(session)
      this.services.elsewhere.ended(session)
    }
  }

  #leaveTopics(session: Session): void {
    const router = this.router(session.name.vendor)
    for (const [filter, subscriber] of session.subscribers) {
      router.remove(subscriber)
      session.unsubscribe(filter)
    }
  }

  /** Where it fails, it is done before the name has a session again, which is not to find what this one left. */
  async #remove(name: SessionName, fence: number): Promise<void> {
    this.#leftovers.set(keyOf(name), fence)
    await this.services.sessions.remove(name, (stored) => (stored.fence ?? 0) <= fence)
    this.#leftovers.delete(keyOf(name))
  }

  handOver(session: Session, successor: Successor): Promise<void> {
    return handOverQueue(this.services, this.router(session.name.vendor), session, successor)
  }

  async sayWill(session: Session): Promise<void> {
    const { will, name } = session
    session.will = undefined
    if (will) await publishWill(this.services, this.router(name.vendor), session, will)
  }

  /** The session of a record, with its subscriptions in place. */
  restore(record: SessionRecord): Session {
    const account = this.services.accounts.open(record.name)
    const session = this.#add(new Session(record.name, account, { ...record, stored: true }, this.services))
    account.charge('sessions', 1)
    account.charge('subscriptions', record.subscriptions.length)
    const router = this.router(record.name.vendor)
    for (const subscription of record.subscriptions) {
      const subscriber = { receiver: session, subscription }
      session.subscribe(subscriber)
      if (!isExchangeFilter(subscription.filter)) router.add(subscriber)
    }
    return session
  }

  /** The session was left by its connection, or by a server that died while there was one. */
  async #takeUp({ disconnectedAt, will }: SessionRecord, session: Session): Promise<void> {
    session.will = will?.will
    if (disconnectedAt === undefined) await this.part(session)
    else this.parted.keep({ session, since: disconnectedAt, waiting: will, unsaved: false })
  }

  /** `undefined` where the work has failed, which is logged. */
  async watch<T>(work: Promise<T>, { name }: Session): Promise<T | undefined> {
    try {
      return await work
    } catch (error) {
      logFailure(this.services.log, { ...name }, error, 'A session could not be stored')
      return undefined
    }
  }
}

/** Of one that is parted: its store has gone back to before that. */
const isStoredAsConnected = ({ disconnectedAt }: SessionRecord): boolean => disconnectedAt === undefined
