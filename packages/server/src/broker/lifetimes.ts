import type { Alarm } from '@daakia/protocol'
import type { ConnectPacket, Will } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import type { SessionRecord } from '../state/sessions/port.js'
import { isExchangeFilter } from './exchange-filter.js'
import { Router } from './router.js'
import type { Services } from './services.js'
import { Session } from './session/session.js'
import { publishWill } from './wills.js'

const forEver = 0xffffffff

/** A session that has no connection, and what will become of it. */
interface Parted {
  session: Session
  will?: Will | undefined
  alarms: Alarm[]
}

/** The sessions that are kept without a connection: when they come back, when they end, when their wills are said. */
export class Lifetimes {
  readonly #parted = new Map<string, Parted>()
  readonly #routers = new Map<string, Router>()

  constructor(private readonly services: Services) {}

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
    // Only now: the will of one may be for another.
    await Promise.all(records.map((record, i) => this.#takeUp(record, sessions[i] as Session)))
  }

  stop(): void {
    for (const { alarms } of this.#parted.values()) for (const alarm of alarms) alarm.cancel()
    this.#parted.clear()
  }

  /** The session for a connection: the one that was kept, or a new one. */
  async begin(name: SessionName, connect: ConnectPacket): Promise<{ session: Session; present: boolean }> {
    const kept = await this.#return(name, connect)
    const expiryInterval = this.#expiryOf(connect)
    const session = kept ?? new Session(name, { expiryInterval })
    session.expiryInterval = expiryInterval
    // The will is stored from the start, without a time: if the server dies, it is said by the next one.
    if (session.persistent) await this.services.sessions.save(session.record(undefined, armed(connect.will)))
    return { session, present: kept !== undefined }
  }

  /** The connection is gone: the session stays, or ends. */
  async part(session: Session, will: Will | undefined): Promise<void> {
    const delayMs = (will?.properties?.willDelayInterval ?? 0) * 1000
    if (session.expiryInterval === 0) return this.#end({ session, will, alarms: [] })
    if (will && delayMs === 0) await this.#say(session, will)
    const now = this.services.clock.now()
    const waiting = will && delayMs > 0 ? { will, due: now + delayMs } : undefined
    await this.services.sessions.save(session.record({ disconnectedAt: now }, waiting))
    this.#keep(session, now, waiting)
  }

  async #return(name: SessionName, { cleanStart }: ConnectPacket): Promise<Session | undefined> {
    const parted = this.#parted.get(keyOf(name))
    if (!parted) return undefined
    for (const alarm of parted.alarms) alarm.cancel()
    this.#parted.delete(keyOf(name))
    if (!cleanStart) return parted.session
    await this.#end(parted)
    return undefined
  }

  #expiryOf({ version, cleanStart, properties }: ConnectPacket): number {
    const asked = version === 4 ? (cleanStart ? 0 : forEver) : (properties?.sessionExpiryInterval ?? 0)
    return Math.min(asked, this.services.limits.sessionExpirySeconds)
  }

  #keep(session: Session, since: number, waiting: { will: Will; due: number } | undefined): void {
    const { clock } = this.services
    const parted: Parted = { session, will: waiting?.will, alarms: [] }
    this.#parted.set(keyOf(session.name), parted)
    const ends = since + session.expiryInterval * 1000
    if (session.expiryInterval < forEver)
      parted.alarms.push(clock.after(ends - clock.now(), () => this.#expire(parted)))
    if (waiting && waiting.due < ends)
      parted.alarms.push(clock.after(waiting.due - clock.now(), () => this.#sayLate(parted, since)))
  }

  #expire(parted: Parted): void {
    for (const alarm of parted.alarms) alarm.cancel()
    this.#parted.delete(keyOf(parted.session.name))
    this.#watch(this.#end(parted), parted.session)
  }

  #sayLate(parted: Parted, since: number): void {
    const { session, will } = parted
    parted.will = undefined
    if (will) this.#watch(this.#sayAndForget(session, will, since), session)
  }

  async #sayAndForget(session: Session, will: Will, since: number): Promise<void> {
    await this.#say(session, will)
    if (this.#parted.has(keyOf(session.name)))
      await this.services.sessions.save(session.record({ disconnectedAt: since }))
  }

  async #end({ session, will }: Parted): Promise<void> {
    const router = this.router(session.name.vendor)
    for (const subscriber of session.subscribers.values()) router.remove(subscriber)
    session.subscribers.clear()
    if (will) await this.#say(session, will)
    if (session.persistent) await this.services.sessions.remove(session.name)
  }

  #say({ name }: Session, will: Will): Promise<void> {
    return publishWill(this.services, this.router(name.vendor), name, will)
  }

  /** The session of a record, with its subscriptions in place. */
  #restore(record: SessionRecord): Session {
    const session = new Session(record.name, record)
    const router = this.router(record.name.vendor)
    for (const subscription of record.subscriptions) {
      const subscriber = { receiver: session, subscription }
      session.subscribers.set(subscription.filter, subscriber)
      if (!isExchangeFilter(subscription.filter)) router.add(subscriber)
    }
    return session
  }

  /** The session was left by its connection, or by a server that died while there was one. */
  async #takeUp({ disconnectedAt, will }: SessionRecord, session: Session): Promise<void> {
    if (disconnectedAt === undefined) await this.part(session, will?.will)
    else this.#keep(session, disconnectedAt, will)
  }

  #watch(work: Promise<void>, { name }: Session): void {
    const { log } = this.services
    work.catch((error: unknown) => log.error({ client: name.client, error: String(error) }, 'A session could not end'))
  }
}

const armed = (will: Will | undefined) => (will ? { will, due: 0 } : undefined)

/** U+0000 can't be in any of them [MQTT-1.5.4-2]. */
const keyOf = ({ vendor, client, connection }: SessionName): string => `${vendor}\0${client}\0${connection}`
