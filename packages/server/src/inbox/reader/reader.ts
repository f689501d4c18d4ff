import type { Clock, Position } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { Delivery, EarlierPlaces, LiveSession } from '../../broker/exchange/port.js'
import type { JournalMessage } from '../../persistence/port.js'
import type { Inbox, InboxEntry } from '../port.js'
import type { Cursor } from './cursor.js'
import { toDelivery } from './delivery.js'
import type { MessageSource } from './message-cache.js'
import { type ActiveSubscription, concerns, hears, type InboxSubscription } from './subscription.js'
import { ToldEntries } from './told-entries.js'

export interface ReaderParts {
  inbox: Pick<Inbox, 'read'>
  messages: MessageSource
  activity: Activity
  clock: Clock
  failed(error: unknown): void
}

export interface Start {
  /** The subscription hears what comes after this place on the inbox. */
  after: number
  /** It is not the place that was asked for: the next delivery says so. */
  resync?: boolean
  /** The session is back: what it was sent before. */
  earlier?: EarlierPlaces
}

const entriesAtOnce = 128

/**
 * Carries a client's inbox to one of its sessions: from a position on, each entry once, in order, as fast as the
 * session takes them. What has not been sent stays in the inbox and costs no memory.
 */
export class InboxReader {
  readonly #subscriptions = new Map<string, ActiveSubscription>()
  #offset: number
  #resync = false
  /** Raised when the reader is sent back; what was read before then is read anew. */
  #generation = 0
  readonly #told = new ToldEntries()
  #epoch: number
  #cursor: Cursor
  /** It waits to begin anew. */
  #halted = false
  #halts = 0
  #begun = false
  #pumping = false
  #woken = false
  #stopped = false
  #leaveWaiting = () => {}
  #arrivals: { offset: number; arrived: () => void }[] = []

  constructor(
    private readonly session: LiveSession,
    start: Position,
    cursor: Cursor,
    private readonly parts: ReaderParts,
  ) {
    this.#offset = start.offset
    this.#epoch = start.epoch
    this.#cursor = cursor
  }

  get idle(): boolean {
    return this.#subscriptions.size === 0
  }

  /**
   * Adds a subscription, or replaces the one with the same filter, which goes on from its place where `start` is
   * absent [MQTT-3.8.4-3]. One that starts before the reader's place takes the reader back; the others do not hear
   * again what they have heard. Answers the place on the inbox after which it is heard.
   */
  add(subscription: InboxSubscription, start?: Start): number {
    const before = this.#subscriptions.get(subscription.filter)
    const after = start?.after ?? Math.max(this.#offset, before?.after ?? 0)
    const earlier = start ? start.earlier : before?.earlier
    if (after < this.#offset) this.#goBack(after)
    if (start?.resync) this.#oweResync()
    this.#subscriptions.set(subscription.filter, { ...subscription, after, ...(earlier && { earlier }) })
    return after
  }

  has(filter: string): boolean {
    return this.#subscriptions.has(filter)
  }

  remove(filter: string): boolean {
    return this.#subscriptions.delete(filter)
  }

  /** Its subscriptions are in place, and were told so: nothing is read before. */
  begin(): void {
    this.#begun = true
    this.wake()
  }

  /** There may be something new. */
  wake(): void {
    this.#woken = true
    this.#goOn()
  }

  /** This was appended: where the reader is right before it, nothing is read. */
  tell(entry: InboxEntry): void {
    if (!this.#begun || this.#halted || entry.offset <= this.#offset) return
    if (!this.#told.add(entry)) this.#woken = true
    this.#goOn()
  }

  /**
   * The inbox has gone back to an earlier moment: nothing is sent, or told to be acknowledged, before `beginAnew`. Answers which
   * halt it is.
   */
  halt(): number {
    this.#halted = true
    this.#generation++
    this.#told.takeAfter(this.#offset)
    this.#cursor.abandon()
    this.#leaveWaiting()
    return ++this.#halts
  }

  /** Whether it has not begun anew since this halt, and was not halted again. */
  isHaltedBy(halt: number): boolean {
    return this.#halted && this.#halts === halt
  }

  /** Begins at the oldest entry, and says so. */
  beginAnew(epoch: number, cursor: Cursor): void {
    this.#halted = false
    this.#epoch = epoch
    this.#cursor = cursor
    this.#offset = 0
    this.#oweResync()
    for (const [filter, { earlier: _, ...subscription }] of this.#subscriptions)
      this.#subscriptions.set(filter, { ...subscription, after: 0 })
    this.wake()
  }

  stop(): void {
    this.#stopped = true
    this.#cursor.stop()
    this.#leaveWaiting()
    this.#notifyArrivals()
  }

  /** Resolves when everything up to `offset` was sent, or the reader has stopped. */
  passed(offset: number): Promise<void> {
    return new Promise((arrived) => {
      this.#arrivals.push({ offset, arrived })
      this.#notifyArrivals()
    })
  }

  get #isStill(): boolean {
    return this.#stopped || this.#halted
  }

  #oweResync(): void {
    this.#resync = true
    this.#cursor.owesResync()
  }

  #hasToldResync(offset: number): void {
    if (this.#resync) this.#cursor.toldResync(offset)
    this.#resync = false
  }

  #goBack(after: number): void {
    for (const subscription of this.#subscriptions.values())
      subscription.after = Math.max(subscription.after, this.#offset)
    this.#offset = after
    this.#generation++
  }

  #goOn(): void {
    if (this.#begun && !this.#pumping && !this.#isStill) void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    const over = this.parts.activity.begin()
    try {
      while ((this.#woken || !this.#told.isEmpty) && !this.#isStill) {
        const told = this.#woken ? undefined : this.#told.takeAfter(this.#offset)
        const passed = told ? this.#passAll(told) : false
        if (passed instanceof Promise ? await passed : passed) continue
        // What it was told of is stored, and so is what was before it.
        this.#woken = false
        while (await this.#readOn());
      }
    } catch (error) {
      this.parts.failed(error)
    } finally {
      this.#pumping = false
      over()
    }
  }

  /** Whether there may be more. */
  async #readOn(): Promise<boolean> {
    if (this.#isStill) return false
    const generation = this.#generation
    const { vendor, client } = this.session.name
    const entries = await this.parts.inbox.read(vendor, client, this.#offset, entriesAtOnce)
    if (!(await this.#passAll(entries, generation))) return !this.#isStill
    // Where this was less than asked for, what comes after it wakes the reader.
    return entries.length === entriesAtOnce
  }

  /**
   * Sends what is to be sent of them: at once, as long as the messages are at hand, and there is room. False where the reader was
   * stopped, or sent back, before the last one.
   */
  #passAll(entries: readonly InboxEntry[], generation = this.#generation): boolean | Promise<boolean> {
    for (const [at, entry] of entries.entries()) {
      if (!this.#isCurrent(generation)) return false
      if (entry.offset > this.#offset + 1) this.#cursor.skipped(this.#offset, entry.offset)
      const delivery = this.#deliveryOf(entry)
      if (delivery instanceof Promise || !this.#pass(entry.offset, delivery))
        return this.#passLater(entry.offset, delivery, generation).then(
          (passed) => passed && this.#passAll(entries.slice(at + 1), generation),
        )
    }
    this.#notifyArrivals()
    return true
  }

  #deliveryOf(entry: InboxEntry): Delivery | undefined | Promise<Delivery | undefined> {
    const { vendor, client } = this.session.name
    const isLost = entry.seq === 0
    if (isLost || entry.begins) this.#oweResync()
    if (isLost) return undefined
    const concerned = [...this.#subscriptions.values()].filter((subscription) => concerns(subscription, client, entry))
    if (concerned.length === 0) return undefined
    const { conversation, seq, line } = entry
    const found = this.parts.messages.get(vendor, conversation, seq, { line, client })
    const toThem = (message: JournalMessage | undefined) => this.#deliveryTo(concerned, message, entry)
    return found instanceof Promise ? found.then(toThem) : toThem(found)
  }

  #deliveryTo(
    concerned: readonly ActiveSubscription[],
    message: JournalMessage | undefined,
    { conversation, offset }: InboxEntry,
  ): Delivery | undefined {
    if (!message) {
      // It was trimmed before this session has heard it.
      this.#oweResync()
      return undefined
    }
    const matching = concerned.filter((subscription) => hears(subscription, this.session.name.client, message))
    if (matching.length === 0) return undefined
    const position = { epoch: this.#epoch, offset }
    const delivery = toDelivery(message, matching, {
      conversation,
      client: this.session.name.client,
      position,
      resync: this.#resync,
      now: this.parts.clock.now(),
    })
    const cursor = this.#cursor
    return delivery?.qos !== 1 ? delivery : { ...delivery, acknowledged: () => cursor.acknowledged(offset) }
  }

  /** The reader was neither stopped nor sent back since. */
  #isCurrent(generation: number): boolean {
    return !this.#isStill && generation === this.#generation
  }

  /** Sends what is to be sent of an entry. False where there is no room. */
  #pass(offset: number, delivery: Delivery | undefined): boolean {
    if (delivery && !this.#sendNow(delivery, offset)) return false
    if (delivery?.acknowledged) this.#cursor.sent(offset)
    else this.#cursor.dropped(offset)
    this.#offset = offset
    this.#cursor.passed(offset)
    return true
  }

  /** The same when it is at hand, and there is room. False where the reader was stopped, or sent back, before. */
  async #passLater(
    offset: number,
    found: Delivery | undefined | Promise<Delivery | undefined>,
    generation: number,
  ): Promise<boolean> {
    const delivery = await found
    while (this.#isCurrent(generation)) {
      if (this.#pass(offset, delivery)) return true
      await this.#room()
    }
    return false
  }

  #sendNow(delivery: Delivery, offset: number): boolean {
    try {
      const sent = this.session.send(delivery)
      if (!sent) return false
      if (sent !== 'too large') this.#hasToldResync(offset)
    } catch (error) {
      // What can't be sent at all must not keep back what comes after it.
      delivery.acknowledged?.()
      this.parts.failed(error)
    }
    return true
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#leaveWaiting = resolve
      this.session.whenRoom(resolve)
    })
  }

  #notifyArrivals(): void {
    if (this.#arrivals.length === 0) return
    const due = this.#arrivals.filter(({ offset }) => this.#stopped || offset <= this.#offset)
    this.#arrivals = this.#arrivals.filter((arrival) => !due.includes(arrival))
    for (const { arrived } of due) arrived()
  }
}
