import type { Refused } from '../../broker/exchange/port.js'
import { Chooser } from '../../chooser.js'
import type { FailedTry, JournalMessage } from '../../persistence/port.js'
import { queueDelivery } from './delivery.js'
import { causeOf, Failures } from './failures.js'
import { type Item, isSame, Lane } from './lane.js'
import { type Flight, type Member, takersOf } from './member.js'
import type { QueueGroupParts, QueueWork } from './parts.js'
import type { QueueName, QueueStanding } from './port.js'
import { Progress } from './progress.js'
import { ProgressWriter } from './progress-writer.js'
import { noRoomThere } from './taker.js'

const entriesAtOnce = 128
/** Messages that are known and not handled yet: the rest stays in the inbox. */
const mostWaiting = 100_000
/** How long it waits after the store has failed. */
const patienceMs = 1_000

/**
 * Shares a client's inbox among the connections of a group. Each conversation sticks to one of them, and has one message
 * under way at a time: so its order holds however often one of them is tried. What one conversation waits for, others do
 * not.
 */
export class QueueGroup {
  readonly members = new Set<Member>()
  readonly #progress: Progress
  readonly #failures: Failures
  readonly #lanes = new Map<string, Lane>()
  /** Lanes whose next message may be given to somebody, those that have waited longest first. */
  readonly #ready = new Set<Lane>()
  readonly #chooser = new Chooser<Member>()
  #waiting = 0
  #woken = false
  #pumping = false
  #stopped = false
  readonly #writer: ProgressWriter

  constructor(
    readonly name: QueueName,
    standing: QueueStanding,
    private readonly work: QueueWork,
    private readonly parts: QueueGroupParts,
  ) {
    this.#progress = new Progress(standing)
    this.#failures = new Failures(standing.failures, parts)
    this.#writer = new ProgressWriter(name, this.#progress, {
      ...{ queues: parts.queues, token: work.token, failed: parts.failed },
      disowned: () => this.#disowned(),
    })
    for (const { conversation, seq } of standing.again) this.giveAgain(conversation, seq)
  }

  enter(member: Member): void {
    this.members.add(member)
    this.wake()
  }

  /** It gets nothing more, and may acknowledge what it has. */
  retire(member: Member): void {
    member.leaving = true
    if (member.flights.size === 0) this.members.delete(member)
  }

  /** Its connection has gone: what it has not acknowledged is for others. */
  lose(member: Member): void {
    this.members.delete(member)
    for (const flight of member.flights) {
      flight.lease?.cancel()
      if (!flight.over) this.#fail(flight, 'the connection was lost before it had acknowledged the message')
    }
    member.flights.clear()
    this.wake()
  }

  giveAgain(conversation: string, seq: number): void {
    const lane = this.#laneOf(conversation)
    lane.addAgain(seq)
    this.#waiting++
    this.#refresh(lane)
  }

  /** There may be something new, or room. */
  wake(): void {
    this.#woken = true
    if (!this.#pumping && !this.#stopped && this.members.size > 0) void this.#pump()
  }

  /** It has messages that it has not acknowledged. */
  isBusy(member: Member): boolean {
    return member.flights.size > 0
  }

  /** Whether another node works on it is asked, and not waited for. */
  check(): void {
    this.#writer.check()
  }

  /** What is stored of it has gone back: what is known here may never have been, and is not written. */
  wentBack(): void {
    this.#writer.disown()
  }

  /** Resolves when nothing more is written. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const { held } of this.#lanes.values()) held?.cancel()
    await this.#writer.end()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    const over = this.parts.activity.begin()
    try {
      for (let more = true; (more || this.#woken) && !this.#stopped; ) {
        this.#woken = false
        more = await this.#scan()
        await this.#giveOut()
      }
    } catch (error) {
      this.parts.failed(error)
      this.parts.clock.after(patienceMs, () => this.wake())
    } finally {
      this.#pumping = false
      over()
    }
  }

  /** Reads on in the inbox. Whether there may be more that is wanted. */
  async #scan(): Promise<boolean> {
    if (this.#waiting >= mostWaiting) return false
    const { vendor, client } = this.name
    const entries = await this.parts.inbox.read(vendor, client, this.#progress.scanned, entriesAtOnce)
    for (const { conversation, ...item } of entries) {
      if (!this.#progress.scan(conversation, item)) continue
      const lane = this.#laneOf(conversation)
      lane.add(item)
      this.#waiting++
      this.#refresh(lane)
    }
    return entries.length > 0
  }

  async #giveOut(): Promise<void> {
    for (const lane of this.#ready) {
      if (this.#stopped || takersOf(this.members).length === 0) return
      const item = lane.next
      if (!item) continue
      const message = await this.#messageOf(lane, item)
      if (this.#ready.has(lane) && isSame(lane.next, item)) this.#giveOne(lane, item, message)
    }
  }

  /** Of what is to be handled once more only the number is known. */
  #messageOf({ conversation }: Lane, { seq, line, offset }: Item) {
    const [{ vendor, client }, { messages }] = [this.name, this.parts]
    return offset === 0
      ? messages.onNewestLine(vendor, conversation, seq)
      : messages.get(vendor, conversation, seq, { line, client })
  }

  /** What the client has said itself, what has expired and what the journal does not keep any more is nobody's work. */
  #giveOne(lane: Lane, item: Item, message: JournalMessage | undefined): void {
    const own = message?.from === this.name.client
    const member = this.#chooser.choose(lane.conversation, lane.conversation, takersOf(this.members))
    if (!member && message && !own) return
    const delivery = member && message && !own && this.#deliveryOf(lane, item, message, member)
    if (member && delivery) this.#send({ lane, item, member, lease: undefined, over: false }, delivery)
    else this.#handled(lane, item)
  }

  #deliveryOf(lane: Lane, item: Item, message: JournalMessage, { terms }: Member) {
    const tries = this.#failures.tries(lane.conversation, item).length
    return queueDelivery(message, terms, {
      conversation: lane.conversation,
      client: this.name.client,
      position: { epoch: this.work.epoch, offset: item.offset },
      again: tries > 0 || item.offset <= this.work.doubtful,
      attempt: tries + 1,
      now: this.parts.clock.now(),
    })
  }

  #send(flight: Flight, delivery: NonNullable<ReturnType<typeof queueDelivery>>): void {
    const { lane, member } = flight
    const { clock, terms } = this.parts
    this.#ready.delete(lane)
    lane.flight = flight
    member.flights.add(flight)
    flight.lease = clock.after(terms.leaseMs, () => this.#expire(flight))
    this.#chooser.remember(lane.conversation, member)
    try {
      const acknowledged = (refused?: Refused) => this.#acknowledged(flight, refused)
      if (!member.session.send({ ...delivery, acknowledged })) this.#waitForRoom(flight)
    } catch (error) {
      this.parts.failed(error)
      this.#acknowledged(flight, { reasonCode: 0x80, reason: 'the message could not be sent' })
    }
  }

  #waitForRoom(flight: Flight): void {
    const { lane, member } = flight
    flight.lease?.cancel()
    member.flights.delete(flight)
    member.blocked = true
    member.session.whenRoom(() => {
      member.blocked = false
      this.wake()
    })
    if (flight.over) return
    flight.over = true
    lane.flight = undefined
    this.#refresh(lane)
  }

  #acknowledged(flight: Flight, refused: Refused | undefined): void {
    if (this.#writer.isDisowned) return
    if (refused === noRoomThere) {
      this.#waitForRoom(flight)
      return
    }
    const { lane, item, member } = flight
    flight.lease?.cancel()
    member.flights.delete(flight)
    member.stalled = false
    if (member.leaving && member.flights.size === 0) this.members.delete(member)
    if (!flight.over) this.#end(flight, refused)
    // Late, and nobody else has it yet.
    else if (!refused && !lane.flight && !lane.burying && isSame(lane.next, item)) this.#handled(lane, item)
    this.wake()
  }

  #end(flight: Flight, refused: Refused | undefined): void {
    if (refused) this.#fail(flight, causeOf(refused))
    else {
      flight.over = true
      flight.lane.flight = undefined
      this.#handled(flight.lane, flight.item)
    }
  }

  #expire(flight: Flight): void {
    flight.member.stalled = true
    this.#fail(flight, `it was not acknowledged within ${this.parts.terms.leaseMs} ms`)
    this.wake()
  }

  #handled(lane: Lane, item: Item): void {
    lane.remove(item)
    this.#waiting--
    this.#progress.handled(lane.conversation, item)
    if (this.#failures.forget(lane.conversation, item.seq))
      this.#progress.failed(lane.conversation, item.seq, undefined)
    this.#refresh(lane)
    this.#writer.write()
    this.wake()
  }

  #fail(flight: Flight, cause: string): void {
    const { lane, item } = flight
    flight.over = true
    lane.flight = undefined
    const { clock, terms } = this.parts
    const tries = [...this.#failures.tries(lane.conversation, item), { at: clock.now(), cause }]
    if (tries.length >= terms.tries) return void this.#bury(lane, item, tries)
    // Who goes away, as in a deploy, is replaced at once, the first time.
    const atOnce = tries.length === 1 && flight.member.session.closed
    const failure = this.#failures.keep(lane.conversation, item, tries, { atOnce })
    this.#progress.failed(lane.conversation, item.seq, failure)
    this.#refresh(lane)
    this.#writer.write()
  }

  /** The letter is on disk before the message is behind. */
  async #bury(lane: Lane, item: Item, tries: readonly FailedTry[]): Promise<void> {
    const { conversation } = lane
    lane.burying = true
    try {
      const { seq, offset, line = 0 } = item
      const known = offset > 0 && { line }
      await this.parts.bury(this.name, { conversation, seq, ...known, at: this.parts.clock.now(), tries })
      lane.burying = false
      this.#handled(lane, item)
    } catch (error) {
      this.parts.failed(error)
      lane.burying = false
      this.#failures.keep(conversation, item, tries.slice(0, -1), { atOnce: false })
      this.#refresh(lane)
    }
  }

  #laneOf(conversation: string): Lane {
    const lane = this.#lanes.get(conversation) ?? new Lane(conversation)
    this.#lanes.set(conversation, lane)
    return lane
  }

  /** Puts a lane where it belongs: among those that are ready, that wait for their time, or nowhere. */
  #refresh(lane: Lane): void {
    lane.held?.cancel()
    lane.held = undefined
    this.#ready.delete(lane)
    if (this.#stopped || lane.flight || lane.burying) return
    const item = lane.next
    if (!item) {
      this.#lanes.delete(lane.conversation)
      return
    }
    const waitMs = this.#failures.waitMs(lane.conversation, item)
    if (waitMs <= 0) this.#ready.add(lane)
    else
      lane.held = this.parts.clock.after(waitMs, () => {
        this.#refresh(lane)
        this.wake()
      })
  }

  /** Another node has taken its place: what is acknowledged here is not known there. */
  #disowned(): void {
    this.#stopped = true
    for (const { held, flight } of this.#lanes.values()) {
      held?.cancel()
      flight?.lease?.cancel()
    }
    this.work.disowned()
  }
}
