import type { SentPlaces } from '../../broker/exchange/port.js'
import type { SessionName } from '../../identity.js'
import type { Inbox } from '../port.js'

/** How far a session is on the inbox. Everything up to its cursor was delivered, and acknowledged where that is due. */
export interface Cursor {
  /** The entry at `offset` was sent and wants an acknowledgement, which may have come already. */
  sent(offset: number): void
  /** The entry at `offset` wants no acknowledgement, or no longer. */
  dropped(offset: number): void
  /** The log has nothing any more between these offsets. */
  skipped(after: number, before: number): void
  acknowledged(offset: number): void
  /** With what is sent next the session is to be told `resync`, also where it ends before. */
  owesResync(): void
  /** It was told with the entry at `offset`, which may be sent again. */
  toldResync(offset: number): void
  /** The reader has gone past `offset`. */
  passed(offset: number): void
  /** Nobody reads with it any more: it stays where it is, whatever is acknowledged later. */
  stop(): void
  /** The same, and its place is not stored any more: it may be none. What is acknowledged later is no entry that there is. */
  abandon(): void
}

/** For a session that ends with its connection: nothing is kept. */
export const noCursor: Cursor = {
  sent: () => {},
  dropped: () => {},
  skipped: () => {},
  acknowledged: () => {},
  owesResync: () => {},
  toldResync: () => {},
  passed: () => {},
  stop: () => {},
  abandon: () => {},
}

/**
 * The durable cursor of a persistent session. It advances over what is acknowledged without a gap, so a client that
 * comes back is sent again what it had not acknowledged. One write is under way at a time, with the newest place.
 */
export class DurableCursor implements Cursor {
  #reached: number
  #stored: number
  #storing = false
  #stopped = false
  /** The places that were sent are another cursor's: what is at one of them is something else there. */
  #abandoned = false
  /** Acknowledged while it was being sent: larger than the client takes. */
  #early: number | undefined
  /** It is to be told `resync` by whoever goes on before this place. */
  #resyncBefore = 0

  constructor(
    private readonly inbox: Pick<Inbox, 'acknowledge'>,
    private readonly session: SessionName,
    start: number,
    private readonly places: SentPlaces,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#reached = start
    this.#stored = start
  }

  sent(offset: number): void {
    if (offset !== this.#early) this.places.add(offset)
  }

  dropped(offset: number): void {
    if (offset > this.#reached) this.places.acknowledge(offset)
  }

  skipped(after: number, before: number): void {
    this.places.skip(after, before)
  }

  acknowledged(offset: number): void {
    if (this.#abandoned) return
    if (this.places.acknowledge(offset)) void this.#store()
    else this.#early = offset
  }

  owesResync(): void {
    this.#resyncBefore = Number.POSITIVE_INFINITY
  }

  toldResync(offset: number): void {
    this.#resyncBefore = offset
  }

  passed(offset: number): void {
    this.#reached = Math.max(this.#reached, offset)
    this.places.pass(offset)
    if (this.places.first === undefined) void this.#store()
  }

  /** Its place is given to be stored at once: before what its session does to the cursor next, such as removing it. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    const place = this.#place
    if (place > this.#stored) this.#acknowledge(place).catch(this.failed)
  }

  abandon(): void {
    this.#stopped = true
    this.#abandoned = true
  }

  get #place(): number {
    const { first } = this.places
    return first === undefined ? this.#reached : first - 1
  }

  #acknowledge(place: number): Promise<void> {
    return this.inbox.acknowledge(this.session, place, { resync: place < this.#resyncBefore })
  }

  async #store(): Promise<void> {
    if (this.#storing || this.#stopped) return
    this.#storing = true
    try {
      for (let next = this.#place; next > this.#stored && !this.#stopped; next = this.#place) {
        await this.#acknowledge(next)
        this.#stored = next
      }
    } catch (error) {
      this.failed(error)
    } finally {
      this.#storing = false
    }
  }
}
