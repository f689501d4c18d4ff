import type { Alarm } from '@daakia/protocol'
import { type ConnectPacket, isShared } from '@daakia/protocol/mqtt'
import type { Principal, SessionName } from '../identity.js'
import type { Excess } from '../limits/port.js'
import { logFailure } from '../not-now.js'
import type { SessionRecord } from '../state/sessions/port.js'
import { Reviews } from './access/review.js'
import { isExchangeFilter } from './exchange-filter.js'
import { handOverQueue, type Successor, whoeverIsLeft, whoIsConnected } from './hand-over-queue.js'
import { Router } from './router.js'
import type { Services } from './services.js'
import { Session, type WaitingWill } from './session/session.js'
import { SessionIndex } from './session-index.js'
import { publishWill } from './wills.js'

const forEver = 0xffffffff

/** A session that has no connection, and what will become of it. */
interface Parted {
  session: Session
  since: number
  waiting: WaitingWill | undefined
  alarms: Alarm[]
}

/** The sessions that are kept without a connection: when they come back, when they end, when their wills are said. */
export class Lifetimes {
  readonly #parted = new Map<string, Parted>()
  /** Sessions whose time is over, until they are out of the store. */
  readonly #ending = new Map<string, Promise<void>>()
  /** Names of sessions that are over, and that the store did not let go of when it was asked to. */
  readonly #leftovers = new Set<string>()
  readonly #routers = new Map<string, Router>()
  /** All that there are, those with a connection included. */
  readonly sessions = new SessionIndex()
  readonly #reviews: Reviews
  #stopHearing = () => {}

  constructor(private readonly services: Services) {
    this.#reviews = new Reviews({
      services,
      sessions: this.sessions,
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
    const records = await this.services.sessions.all()
    const sessions = records.map((record) => this.#restore(record))
    this.#stopHearing = this.services.access.onChange(() => void this.#reviews.run())
    // What they may do may have changed while there was no server.
    await this.#reviews.run()
    // Only now: the will of one may be for another.
    await Promise.all(records.map((record, i) => this.#takeUp(record, sessions[i] as Session)))
  }

  stop(): void {
    this.#stopHearing()
    for (const { alarms } of this.#parted.values()) for (const alarm of alarms) alarm.cancel()
    this.#parted.clear()
  }

  /** The session for a connection: the one that was kept, or a new one. */
  async begin(principal: Principal, connect: ConnectPacket): Promise<{ session: Session; present: boolean } | Excess> {
    const kept = await this.#return(principal, connect)
    const expiryInterval = this.#expiryOf(connect)
    const session = kept ?? this.#make(principal, expiryInterval)
    if ('limit' in session) return session
    if (kept) await this.#recognise(kept, principal)
    session.expiryInterval = expiryInterval
    session.will = connect.will && { ...connect.will, payload: connect.will.payload.slice() }
    if (session.persistent) await this.#store(session, kept)
    return { session, present: kept !== undefined }
  }

  /** The connection is gone: the session stays, or ends. */
  async part(session: Session): Promise<void> {
    if (session.expiryInterval === 0) return this.#end(session)
    const delayMs = (session.will?.properties?.willDelayInterval ?? 0) * 1000
    if (delayMs === 0) await this.#sayWill(session)
    const now = this.services.clock.now()
    const waiting = session.will && { will: session.will, due: now + delayMs }
    // What the disk does not take now, it has in an older form; here the session goes on as it is.
    await this.#watch(this.services.sessions.save(session.parted(now, waiting)), session)
    if (hasShares(session)) await this.#handOver(session, whoIsConnected)
    this.#keep(session, now, waiting)
  }

  /** With another role than before, its client may have to leave some of its subscriptions. */
  async #recognise(session: Session, principal: Principal): Promise<void> {
    const before = session.principal
    session.principal = principal
    if (before.role !== principal.role) await this.#reviews.review(session)
  }

  /** Stores a session that is to have a connection. Where that fails, one that was kept waits on for its client. */
  async #store(session: Session, kept: Session | undefined): Promise<void> {
    try {
      await this.services.sessions.save(session.record())
    } catch (error) {
      session.will = undefined
      if (kept) this.#keep(session, this.services.clock.now(), undefined)
      else this.#over(session)
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

  async #return(name: SessionName, { cleanStart }: ConnectPacket): Promise<Session | undefined> {
    const key = keyOf(name)
    await this.#ending.get(key)
    if (this.#leftovers.has(key)) await this.#remove(name)
    const parted = this.#parted.get(key)
    if (!parted) return undefined
    this.#forget(parted)
    if (!cleanStart) return parted.session
    await this.#end(parted.session)
    return undefined
  }

  #forget({ session, alarms }: Parted): void {
    for (const alarm of alarms) alarm.cancel()
    this.#parted.delete(keyOf(session.name))
  }

  #expiryOf({ version, cleanStart, properties }: ConnectPacket): number {
    const asked = version === 4 ? (cleanStart ? 0 : forEver) : (properties?.sessionExpiryInterval ?? 0)
    return Math.min(asked, this.services.limits.sessionExpirySeconds)
  }

  #keep(session: Session, since: number, waiting: WaitingWill | undefined): void {
    const { clock } = this.services
    const parted: Parted = { session, since, waiting, alarms: [] }
    this.#parted.set(keyOf(session.name), parted)
    const ends = since + session.expiryInterval * 1000
    const at = (due: number, run: () => void) => parted.alarms.push(clock.after(due - clock.now(), run))
    if (session.expiryInterval < forEver) at(ends, () => this.#expire(parted))
    if (waiting && waiting.due < ends) at(waiting.due, () => this.#watch(this.#sayLate(parted), session))
  }

  /** Since when a session has no connection. */
  partedAt({ name }: Session): number | undefined {
    return this.#parted.get(keyOf(name))?.since
  }

  /** Ends a session that has no connection. Answers whether there was such a one. */
  async dismiss(session: Session): Promise<boolean> {
    const key = keyOf(session.name)
    const parted = this.#parted.get(key)
    if (parted?.session !== session) return false
    this.#expire(parted)
    await this.#ending.get(key)
    return true
  }

  /** A client that is back just then waits for the end of its old session. */
  #expire(parted: Parted): void {
    const key = keyOf(parted.session.name)
    this.#forget(parted)
    const end = this.#watch(this.#end(parted.session), parted.session).finally(() => this.#ending.delete(key))
    this.#ending.set(key, end)
  }

  async #sayLate(parted: Parted): Promise<void> {
    const { session } = parted
    parted.waiting = undefined
    await this.#sayWill(session)
    // Where the client is back, the record is its connection's.
    if (this.#parted.get(keyOf(session.name)) === parted) await this.#save(parted)
  }

  #save({ session, since, waiting }: Parted): Promise<void> {
    return this.services.sessions.save(session.parted(since, waiting))
  }

  /** A connection that goes stores them itself. */
  #subscriptionsChanged(session: Session): void {
    const parted = this.#parted.get(keyOf(session.name))
    if (parted?.session === session) void this.#watch(this.#save(parted), session)
  }

  async #end(session: Session): Promise<void> {
    const router = this.router(session.name.vendor)
    for (const [filter, subscriber] of session.subscribers) {
      router.remove(subscriber)
      session.unsubscribe(filter)
    }
    await this.#sayWill(session)
    if (session.persistent) await this.#handOver(session, whoeverIsLeft)
    try {
      if (session.persistent) await this.#remove(session.name)
    } finally {
      this.#over(session)
    }
  }

  /** Where it fails, it is done before the name has a session again, which is not to find what this one left. */
  async #remove(name: SessionName): Promise<void> {
    this.#leftovers.add(keyOf(name))
    await this.services.sessions.remove(name)
    this.#leftovers.delete(keyOf(name))
  }

  #handOver(session: Session, successor: Successor): Promise<void> {
    return handOverQueue(this.services, this.router(session.name.vendor), session, successor)
  }

  async #sayWill(session: Session): Promise<void> {
    const { will, name } = session
    session.will = undefined
    if (will) await publishWill(this.services, this.router(name.vendor), session, will)
  }

  /** The session of a record, with its subscriptions in place. */
  #restore(record: SessionRecord): Session {
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
    else this.#keep(session, disconnectedAt, will)
  }

  #watch(work: Promise<void>, { name }: Session): Promise<void> {
    const { log } = this.services
    return work.catch((error: unknown) => logFailure(log, { ...name }, error, 'A session could not be stored'))
  }
}

const hasShares = ({ subscribers }: Session): boolean => [...subscribers.keys()].some(isShared)

/** U+0000 can't be in any of them [MQTT-1.5.4-2]. */
const keyOf = ({ vendor, client, connection }: SessionName): string => `${vendor}\0${client}\0${connection}`
