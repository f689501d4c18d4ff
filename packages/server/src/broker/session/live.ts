import type { Notice } from '@daakia/protocol'
import { type ProtocolVersion, type QoS, ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import type { Principal } from '../../identity.js'
import { mayReceive, orDenied } from '../access/ask.js'
import type { Origin } from '../distribute.js'
import type { Delivery, LiveSession, NoticeBox, Refused, Sent, SentPlaces } from '../exchange/port.js'
import type { FanOut } from '../fan-out.js'
import type { FanOutRun } from '../fan-out-run.js'
import { countLost, type Losses } from '../lost.js'
import type { Router } from '../router.js'
import type { Services } from '../services.js'
import { SparseSet } from '../sparse.js'
import type { Publisher, Terms } from '../subscriber.js'
import { Acknowledgements } from './acknowledgements.js'
import { packetOf } from './delivery.js'
import { DurableQueue } from './durable-queue.js'
import { InOrder } from './in-order.js'
import { MemoryQueue } from './memory-queue.js'
import { Patience } from './patience.js'
import { Quota } from './quota.js'

import type { Outlet, Session } from './session.js'
import { countUnsent, transmit } from './transmit.js'
import { type Flight, packetIdOfPlace, type SharedMessage, Window } from './window.js'

export interface LiveOptions {
  link: Link
  session: Session
  router: Router
  services: Services
  /** Of the client; without one, it takes any number. */
  receiveMaximum: number | undefined
}

/** A session on its connection: what comes in is handled with it, what goes out goes through it. */
export class Live implements LiveSession, Outlet {
  readonly link: Link
  readonly session: Session
  readonly router: Router
  readonly services: Services
  readonly since: number
  /** What this connection publishes comes from here. */
  readonly origin: Origin
  readonly window: Window
  readonly acknowledgements: Acknowledgements
  readonly inOrder = new InOrder()
  /** Reason codes with which its publishes were refused. */
  readonly refusals = new SparseSet<number>()
  #refusedForNow = false
  readonly quota: Quota
  readonly #queue: MemoryQueue | DurableQueue
  readonly #patience: Patience
  #waitingForRoom: (() => void)[] = []
  /** QoS 0 messages that it was too slow for, and was not told of yet. */
  #missed = 0
  #held: Promise<void> = Promise.resolve()

  constructor(options: LiveOptions) {
    this.link = options.link
    this.session = options.session
    this.router = options.router
    this.services = options.services
    this.since = options.services.clock.now()
    this.origin = { publisher: options.link }
    this.window = new Window({
      receiveMaximum: options.receiveMaximum ?? 0xffff,
      account: options.session.account,
      counters: options.services.counters,
      moved: () => this.moved(),
    })
    this.quota = new Quota(options.link, options.services)
    this.acknowledgements = new Acknowledgements(
      (answer) => this.quota.answer(answer),
      () => this.#answered(),
    )
    this.#patience = new Patience(options.services)
    this.#queue = this.#makeQueue()
  }

  get name(): Principal {
    return this.session.name
  }

  get version(): ProtocolVersion {
    return this.link.version
  }

  get persistent(): boolean {
    return this.session.persistent
  }

  get sent(): SentPlaces | undefined {
    return this.session.sent
  }

  get notices(): NoticeBox {
    return this.session.notices
  }

  tell(notice: Omit<Notice, 'at'>): void {
    this.session.tell(notice)
  }

  get closed(): boolean {
    return this.link.closed
  }

  get refusedForNow(): boolean {
    return this.#refusedForNow
  }

  /** Something was refused for now: what it has sent behind that, before it can know, is not to come before it. */
  refuseWhatFollows(): void {
    this.#refusedForNow = this.version === 4 || this.acknowledgements.waiting > 0
  }

  #answered(): void {
    this.quota.heed(this.acknowledgements)
    if (this.acknowledgements.waiting === 0 && !this.closed) this.#refusedForNow = false
  }

  get behind(): boolean {
    return this.link.full
  }

  /** Finds what an earlier connection of the session left on its way. */
  async open(): Promise<void> {
    if (this.#queue instanceof DurableQueue) await this.#queue.open()
  }

  send(delivery: Delivery): Sent {
    if (this.closed || this.link.full) return false
    return delivery.qos === 0 ? this.#sendOnce(delivery) : this.#sendAcknowledged(delivery)
  }

  whenRoom(run: () => void): void {
    this.#waitingForRoom.push(run)
  }

  sendOrShed(delivery: Delivery & { qos: 0 }): void {
    if (!this.send(delivery) && !this.closed) this.#shed(1)
  }

  deliver(fanOut: FanOut, terms: Terms): void {
    if (terms.qos > 0) this.#queue.push(fanOut, terms)
    else if (this.behind && this.#patience.over) this.#shed(1)
    else if (!transmit(this.link, fanOut, terms, undefined)) countUnsent(this.link, this.#losses)
  }

  forward(run: FanOutRun, terms: Terms): void {
    if (this.behind && this.#patience.over) this.#shed(run.count)
    else if (terms.identifiers.length > 0 || !this.link.forward(run.packets))
      for (const message of run.messages) this.deliver(message, terms)
  }

  holdBack(publisher: Publisher): void {
    this.#patience.hold(publisher)
  }

  wake(): void {
    this.#queue.wake()
  }

  rightsChanged(): void {
    if (this.#queue instanceof DurableQueue) this.#queue.rightsChanged()
    else this.#queue.review(({ topic }, { qos }) => this.#mayReceive(topic, qos))
  }

  /**
   * Stores the session as it is. Where that is another connection's business by now, this one is over, and the answer is
   * false.
   */
  async save(): Promise<boolean> {
    const saved = await this.services.sessions.save(this.session.record())
    if (!saved) this.link.close(ReasonCode.SessionTakenOver, goneOn)
    return saved
  }

  /** The socket has room again. */
  drained(): void {
    this.#patience.caughtUp()
    if (this.#missed > 0) this.#tellMissed()
    this.moved()
  }

  /** The connection is gone. Resolves when no subscription is being made or ended any more. */
  async gone(): Promise<void> {
    this.#patience.caughtUp()
    await this.#held
  }

  /** The connection is gone: what it leaves behind that others in its shared subscriptions may have. */
  left(): SharedMessage[] {
    return this.#queue instanceof MemoryQueue ? this.#queue.left() : []
  }

  /** Hands no packet over until the work is done. */
  holdFor(work: Promise<void>): void {
    this.link.hold()
    this.#held = work.finally(() => this.link.release())
  }

  /** There may be room for more. */
  moved(): void {
    this.#queue.pump()
    const waiting = this.#waitingForRoom
    if (waiting.length === 0 || this.link.full) return
    this.#waitingForRoom = []
    for (const run of waiting) run()
  }

  /** Resolves when nothing more is handled or written for this connection. */
  async settled(): Promise<void> {
    await this.acknowledgements.idle()
    if (this.#queue instanceof DurableQueue) await this.#queue.settled()
  }

  #shed(messages: number): void {
    countLost(this.#losses, 'shed', messages)
    this.#missed += messages
  }

  #tellMissed(): void {
    const reason = 'This connection did not read what was sent to it: it missed messages of QoS 0.'
    this.tell({ type: 'messages-missed', code: ReasonCode.QuotaExceeded, reason, messages: this.#missed })
    this.#missed = 0
  }

  #mayReceive(topic: string, qos: QoS): boolean | Promise<boolean> {
    const { access, log } = this.services
    return orDenied(
      () => mayReceive(access, this.session.principal, topic, qos),
      (error) => log.error({ ...this.name, error: String(error) }, 'Whether a message is still allowed is not known'),
    )
  }

  get #losses(): Losses {
    return { counters: this.services.counters, traffic: this.session.account.traffic }
  }

  #makeQueue(): MemoryQueue | DurableQueue {
    const { link, window, session, services } = this
    if (session.persistent) return new DurableQueue({ ...services, ...this.#losses, link, window, name: session.name })
    // With nothing that it does not need: most connections have one, and are idle.
    const { clock, counters } = services
    const { account } = session
    return new MemoryQueue({ link, window, clock, counters, traffic: account.traffic, account })
  }

  #sendOnce(delivery: Delivery): Sent {
    if (this.link.send(packetOf(delivery, undefined, this.version))) return true
    countUnsent(this.link, this.#losses)
    return 'too large'
  }

  #sendAcknowledged(delivery: Delivery): Sent {
    if (this.window.room <= 0) return false
    const packetId = this.#takePacketId(delivery)
    if (packetId === undefined) return false
    if (this.link.send(packetOf(delivery, packetId, this.version))) return true
    countUnsent(this.link, this.#losses)
    this.window.settle(packetId, tooLarge)
    return 'too large'
  }

  /** `undefined` while another message has the identifier that this one is to have. */
  #takePacketId({ place, acknowledged }: Delivery): number | undefined {
    const flight: Flight = { qos: 1, done: (refused) => acknowledged?.(refused) }
    if (place === undefined || !this.persistent) return this.window.take(flight)
    const packetId = packetIdOfPlace(place)
    return this.window.takeAt(packetId, flight) ? packetId : undefined
  }
}

const goneOn = 'This session has gone on without this connection.'

/** [MQTT-3.1.2-25] it counts as sent; who can give it to somebody else is told. */
const tooLarge: Refused = {
  reasonCode: ReasonCode.PacketTooLarge,
  reason: 'it is larger than the connection takes',
}
