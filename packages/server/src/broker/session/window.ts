import type { Counters } from '../../counters.js'
import type { Account, Wait } from '../../limits/port.js'
import { countLimit } from '../../limits/refuse.js'
import type { Refused } from '../exchange/port.js'
import type { RoutedMessage } from '../port.js'
import { SparseMap } from '../sparse.js'

/** A message that one member of a shared subscription was chosen for. */
export interface SharedMessage {
  message: RoutedMessage
  /** The filter of the subscription. */
  share: string
}

/** A QoS 1 or 2 message on its way to a client. */
export interface Flight {
  readonly qos: 1 | 2
  /** It has been acknowledged in full, or refused, or will never be. */
  done(refused?: Refused): void
  /** QoS 2: records that the client has taken it; resolves when PUBREL may be sent. */
  release?(): Promise<void>
  /** What is on its way by a shared subscription, and goes to another member where it does not arrive. */
  readonly shared?: SharedMessage
}

/** Those above are for messages whose identifier is made of their place. */
const lastPacketId = 0x7fff

/** The packet identifier of what comes from a place that it keeps: the same whenever it is sent. */
export const packetIdOfPlace = (place: number): number => 0x8000 + (place % 0x8000)

export interface WindowOptions {
  /** Of the client. */
  receiveMaximum: number
  /** Charged with what is on its way. */
  account: Account
  counters: Counters
  /** Called when there is room again that others have given back. */
  moved(): void
}

/** The packet identifiers that the server has in use, and how many more messages the client takes. */
export class Window {
  readonly #flights = new SparseMap<number, Flight>()
  /** Identifiers of messages that an earlier connection sent, and this one not yet; most connections have none. */
  #reserved: Set<number> | undefined
  #sent = 0
  #lastId = 0

  readonly #maximum: number
  /** For room that others have, whose limit is the same. */
  #wait: Wait | undefined
  #closed = false

  constructor(private readonly options: WindowOptions) {
    this.#maximum = Math.min(options.receiveMaximum, lastPacketId)
  }

  /** Where there is none but the client would take more, `moved` is called as soon as there is some. */
  get room(): number {
    const own = this.#maximum - this.#sent
    if (own <= 0) return own
    const shared = this.options.account.room('inflight')
    if (shared > 0) return Math.min(own, shared)
    // Nobody waits for others alone.
    if (this.#sent === 0) return 1
    this.#waitForOthers()
    return 0
  }

  /** The connection is gone, and with it all that was on its way. */
  close(): void {
    this.#closed = true
    this.#wait?.cancel()
    if (this.#sent > 0) this.options.account.give('inflight', this.#sent)
  }

  /** A packet identifier for a message that is sent now. Ask for `room` first. */
  take(flight: Flight): number {
    this.#count()
    const packetId = this.#freeId()
    this.#flights.set(packetId, flight)
    return packetId
  }

  /** The same with an identifier of the caller's choice. Answers false where another message has it. */
  takeAt(packetId: number, flight: Flight): boolean {
    if (this.#flights.has(packetId)) return false
    this.#count()
    this.#flights.set(packetId, flight)
    return true
  }

  /** Keeps the identifier of a message that an earlier connection sent; it is sent again when there is room. */
  reserve(packetId: number, flight: Flight): void {
    this.#flights.set(packetId, flight)
    this.#reserved ??= new Set()
    this.#reserved.add(packetId)
  }

  /** A message whose identifier was reserved is sent now; false where it was acknowledged meanwhile. */
  resume(packetId: number): boolean {
    if (!this.#reserved?.delete(packetId)) return false
    this.#count()
    return true
  }

  /** What is on its way, in the order of sending. */
  get flights(): Iterable<Flight> {
    return this.#flights.values()
  }

  get(packetId: number): Flight | undefined {
    return this.#flights.get(packetId)
  }

  /** The identifier is free again. */
  settle(packetId: number, refused?: Refused): void {
    const flight = this.#flights.get(packetId)
    if (!flight || !this.#flights.delete(packetId)) return
    if (!this.#reserved?.delete(packetId)) this.#giveBack()
    flight.done(refused)
  }

  #count(): void {
    this.#sent++
    if (!this.#closed) this.options.account.charge('inflight', 1)
  }

  #giveBack(): void {
    this.#sent--
    if (!this.#closed) this.options.account.give('inflight', 1)
  }

  #waitForOthers(): void {
    if (this.#wait || this.#closed) return
    const { account, counters, moved } = this.options
    this.#wait = account.waitForRoom(() => {
      this.#wait = undefined
      moved()
    })
    countLimit(counters, this.#wait.scope, 'inflight')
  }

  #freeId(): number {
    do this.#lastId = this.#lastId === lastPacketId ? 1 : this.#lastId + 1
    while (this.#flights.has(this.#lastId))
    return this.#lastId
  }
}
