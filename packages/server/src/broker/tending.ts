import { ReasonCode } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import { heaviest } from '../rendezvous.js'
import type { SessionRecord } from '../state/sessions/port.js'
import type { Here } from './elsewhere/elsewhere.js'
import type { PartedNote } from './elsewhere/letters.js'
import { handOver } from './hand-over.js'
import { keyOf } from './key-of.js'
import type { Lifetimes } from './lifetimes.js'
import { Orphans } from './orphans.js'
import { forEver, insteadAfterMs, type Parted } from './parted-sessions.js'
import type { RoutedMessage } from './port.js'
import type { Router } from './router.js'
import type { Services } from './services.js'
import { type Session, willDelayOf } from './session/session.js'

/**
 * What becomes of sessions that several nodes share: each knows them all, and their records in the store are the truth. Of a
 * session that has no connection one node keeps the time. Whoever does anything about it looks in the transaction whether
 * it is still as it was.
 */
export class Tending implements Here {
  readonly #orphans: Orphans

  constructor(private readonly lifetimes: Lifetimes) {
    this.#orphans = new Orphans({
      lifetimes,
      isFirst: (node) => this.#isFirst(node),
      isKnown: (session) => this.#isKnown(session),
      renew: (record) => this.#renew(record),
      learn: (name) => this.#learn(name),
    })
  }

  get #services(): Services {
    return this.lifetimes.services
  }

  stop(): void {
    this.#orphans.stop()
  }

  /** Does what is due now on one node, and later on all others, where it is still to be done. */
  inTurn(parted: Parted, act: () => void): void {
    if (this.#isTended(parted.session.name)) act()
    else this.lifetimes.parted.later(parted, insteadAfterMs, act)
  }

  /** Those that this node is to see to. */
  *ofThisNode(): Iterator<Session> {
    for (const session of this.lifetimes.sessions) if (session.isHere || this.#isTended(session.name)) yield session
  }

  #isTended(name: SessionName): boolean {
    return this.#isFirst(keyOf(name))
  }

  #isFirst(key: string): boolean {
    const { peers, shared } = this.#services
    return !shared || heaviest(key, peers.members, (each) => each) === peers.node
  }

  /** Of what is stored, what has no connection, and the others have not told of yet. */
  away(records: readonly SessionRecord[]): readonly SessionRecord[] {
    return records.filter((record) => record.disconnectedAt !== undefined && this.#isUnknown(record))
  }

  /** Parts those sessions whose nodes died unseen. */
  partLeft(records: readonly SessionRecord[]): Promise<void> {
    const connected = records.filter((record) => record.disconnectedAt === undefined && this.#isUnknown(record))
    return this.#orphans.partThose(connected)
  }

  #isUnknown({ name, fence = 0 }: SessionRecord): boolean {
    const known = Math.max(this.#services.elsewhere.fenceOf(name) ?? -1, this.fenceOf(name) ?? -1)
    return known < fence
  }

  /** The session of a name for a connection that begins; `parted` is what this node knows of it. */
  async current(name: SessionName, parted: Parted | undefined): Promise<Session | undefined> {
    if (!this.#services.shared || parted?.unsaved) return parted?.session
    const record = await this.#services.sessions.find(name)
    const known = this.lifetimes.sessionOf(name)
    if (known) this.lifetimes.drop(known)
    if (!record) return undefined
    const session = this.#restoreFor(record)
    const end = await this.#catchUp(record, session)
    if (!end) return session
    await this.lifetimes.end(session)
    return undefined
  }

  /** For a connection, which is the only one to have it now. */
  #restoreFor(record: SessionRecord): Session {
    this.#services.elsewhere.forgetOne(record.name)
    const session = this.lifetimes.restore(record)
    session.will = record.will?.will
    return session
  }

  /** Does what has been due to a session until now. Answers whether its time is over. */
  async #catchUp(record: SessionRecord, session: Session): Promise<boolean> {
    const { clock } = this.#services
    const now = clock.now()
    // Its node has died with its connection, just now as far as anybody knows.
    const since = record.disconnectedAt ?? now
    const due = record.disconnectedAt === undefined ? now + willDelayOf(session) : (record.will?.due ?? now)
    if (session.expiryInterval < forEver && since + session.expiryInterval * 1000 <= now) return true
    if (due <= now && this.#mayTend(record)) await this.lifetimes.sayWill(session)
    return false
  }

  /** Ends a session that this node takes to be without a connection. */
  async end(parted: Parted): Promise<void> {
    const session = await this.#take(parted)
    if (session) await this.lifetimes.end(session)
  }

  /** Says a will that was delayed. */
  async sayWill(parted: Parted): Promise<void> {
    const { sessions, peers, elsewhere } = this.#services
    this.lifetimes.parted.forget(parted)
    const session = await this.#take(parted)
    if (!session) return
    const { since } = parted
    await this.lifetimes.sayWill(session)
    const saved = await sessions.save(
      session.parted(since, undefined),
      (stored) => stored.disconnectedAt === since && stored.tendedBy === peers.node,
    )
    if (!saved) return this.#learn(session.name)
    if (!this.#isKnown(session)) return
    this.lifetimes.parted.keep({ session, since, waiting: undefined, unsaved: false })
    elsewhere.parted(session, since, undefined)
  }

  /** Some subscriptions of a session without a connection have ended. */
  async saveSubscriptions({ session, since }: Parted): Promise<void> {
    const { sessions, elsewhere } = this.#services
    const record = await sessions.find(session.name)
    if (!record) return
    const subscriptions = record.subscriptions.filter(({ filter }) => session.subscribers.has(filter))
    const unsubscribed = (record.unsubscribed ?? 0) + record.subscriptions.length - subscriptions.length
    const changed = { ...record, subscriptions, unsubscribed, fence: session.fence }
    if (await sessions.save(changed, (stored) => stored.disconnectedAt === since))
      elsewhere.parted(session, since, record.will?.due)
  }

  /** Tries again and again to store what could not be stored. */
  saveLater(parted: Parted): void {
    if (!this.#services.shared || !parted.unsaved) return
    this.lifetimes.parted.later(parted, insteadAfterMs, () => void this.#saveNow(parted))
  }

  async #saveNow(parted: Parted): Promise<void> {
    const { session, since, waiting } = parted
    const { sessions, elsewhere } = this.#services
    const will = waiting?.will && { will: waiting.will, due: waiting.due }
    const saved = await this.lifetimes.watch(sessions.save(session.parted(since, will)), session)
    if (!this.lifetimes.parted.has(parted)) return
    if (saved === undefined) return this.saveLater(parted)
    parted.unsaved = false
    if (saved) elsewhere.parted(session, since, waiting?.due)
    else await this.#learn(session.name)
  }

  /**
   * Takes a session without a connection, so that no other node says its will or ends it meanwhile. `undefined` where it is
   * not as this node knows it: it has come back, or another node sees to it.
   */
  async #take({ session: { name, fence }, since }: Parted): Promise<Session | undefined> {
    const { sessions, peers } = this.#services
    const record = await sessions.find(name)
    const mine = record && { ...record, fence, tendedBy: peers.node }
    const isStill = (stored: SessionRecord) => stored.disconnectedAt === since && this.#mayTend(stored)
    if (mine && isStill(record) && (await sessions.save(mine, isStill)))
      return this.lifetimes.isHere(name) ? undefined : this.#renew(mine)
    await this.#learn(name)
    return undefined
  }

  #mayTend({ tendedBy }: SessionRecord): boolean {
    const { peers } = this.#services
    return tendedBy === undefined || tendedBy === peers.node || !peers.members.includes(tendedBy)
  }

  /** What is stored takes the place of what was known here. */
  #renew(record: SessionRecord): Session {
    this.#forget(record.name)
    return this.#restoreFor(record)
  }

  /** What a connection here has, or is about to have, is not forgotten. */
  #forget(name: SessionName): void {
    this.#services.elsewhere.forgetOne(name)
    const session = this.lifetimes.isHere(name) ? undefined : this.lifetimes.sessionOf(name)
    const parted = this.lifetimes.parted.get(name)
    if (parted) this.lifetimes.parted.forget(parted)
    if (session) this.lifetimes.drop(session)
  }

  /** Something was not as this node has known it. */
  async #learn(name: SessionName): Promise<void> {
    const { sessions, clock } = this.#services
    const record = await sessions.find(name)
    if (this.lifetimes.isHere(name)) return
    if (!record) return this.#forget(name)
    if (record.disconnectedAt === undefined) return
    const session = this.#renew(record)
    const kept = { session, since: record.disconnectedAt, waiting: record.will, unsaved: false }
    this.lifetimes.parted.keep(kept, clock.now() + insteadAfterMs)
  }

  lost(node: string): void {
    this.#orphans.lost(node)
  }

  /** No connection has begun with another one of its name meanwhile. */
  #isKnown(session: Session): boolean {
    return this.lifetimes.sessionOf(session.name) === session && !this.lifetimes.isHere(session.name)
  }

  router(vendor: string): Router {
    return this.lifetimes.router(vendor)
  }

  *connected(): Iterable<Session> {
    for (const session of this.lifetimes.sessions) if (session.isHere) yield session
  }

  fenceOf(name: SessionName): number | undefined {
    return this.lifetimes.fenceOf(name)
  }

  /** A connection that is still here has lost its name, and is about to hear of it. */
  wentElsewhere(name: SessionName): void {
    this.#forget(name)
  }

  partedElsewhere(note: PartedNote): void {
    const session = this.lifetimes.sessionOf(note.name)
    if (session?.isHere) this.#insist(session)
    else this.#keep(note)
  }

  #keep({ disconnectedAt, willDue, ...note }: PartedNote): void {
    this.#forget(note.name)
    const kept = this.lifetimes.restore({ ...note, received: [] })
    const waiting = willDue === undefined ? undefined : { due: willDue }
    this.lifetimes.parted.keep({ session: kept, since: disconnectedAt, waiting, unsaved: false })
  }

  endedElsewhere(name: SessionName): void {
    this.#forget(name)
  }

  /** Others took this node for dead. It goes on with what nobody has taken. */
  wasGivenUp(): void {
    for (const session of [...this.connected()]) {
      if (session.persistent) this.#insist(session)
      else if (mayHaveMissed(session)) session.outlet?.link.close(ReasonCode.ServerBusy, missedReason)
    }
    void this.#readAnew().catch((error: unknown) =>
      this.#services.log.error({ error: String(error) }, 'Sessions of other nodes could not be read'),
    )
  }

  /** The session is stored as one that is connected here, where it is still the same one. */
  #insist(session: Session): void {
    const { sessions } = this.#services
    void this.lifetimes.watch(sessions.save(session.record()), session).then((saved) => {
      if (saved === false) session.outlet?.link.close(ReasonCode.ServerBusy, endedReason)
      else session.wake()
    })
  }

  /** What became of sessions while this node did not hear of it. */
  async #readAnew(): Promise<void> {
    const records = await this.#services.sessions.all()
    const stored = new Set(records.map(({ name }) => keyOf(name)))
    for (const session of [...this.lifetimes.sessions])
      if (!stored.has(keyOf(session.name)) && this.lifetimes.parted.get(session.name)) this.#forget(session.name)
    for (const record of records)
      if (
        record.disconnectedAt !== undefined &&
        this.lifetimes.parted.get(record.name)?.since !== record.disconnectedAt
      )
        await this.#learn(record.name)
  }

  async giveToAnother(message: RoutedMessage, share: string): Promise<void> {
    await handOver(this.#services, this.lifetimes.router(message.vendor), [{ message, share }])
  }
}

const missedReason = 'This server was cut off from the others: messages may have been missed. Connect again.'
const endedReason = 'This session was ended while its server was cut off from the others. Connect again.'

const mayHaveMissed = ({ subscribers }: Session): boolean =>
  [...subscribers.values()].some(({ subscription }) => subscription.qos > 0)
