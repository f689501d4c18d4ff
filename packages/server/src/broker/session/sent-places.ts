import type { SentPlacesRecord } from '../../state/sessions/port.js'
import type { EarlierPlaces, SentPlaces } from '../exchange/port.js'

/** Which places of its inbox a session was sent at QoS 1, and which of them are not acknowledged. It outlives the connection. */
export class KeptPlaces implements SentPlaces {
  /** Everything up to here was sent, or was not for this session. */
  #last: number
  readonly #unacknowledged: Set<number>
  /** Up to here a server that died may have sent it; `unknown` until the head of the inbox is. */
  #doubtful: number | 'unknown'

  /** @param kept `undefined` where nobody knows what was sent: the server died while there was a connection. */
  constructor(kept: SentPlacesRecord | undefined) {
    this.#last = kept?.last ?? 0
    this.#unacknowledged = new Set(kept?.unacknowledged)
    this.#doubtful = kept ? (kept.doubtful ?? 0) : 'unknown'
  }

  /** The lowest place that is not acknowledged. */
  get first(): number | undefined {
    const [first] = this.#unacknowledged
    return first
  }

  /** Places come in ascending order; one that has been passed before is not kept. */
  add(place: number): void {
    if (place <= this.#last) return
    this.#last = place
    this.#unacknowledged.add(place)
  }

  /** Whether it was waited for. */
  acknowledge(place: number): boolean {
    return this.#unacknowledged.delete(place)
  }

  /** What is up to `place` was sent, or is not for this session. */
  pass(place: number): void {
    this.#last = Math.max(this.#last, place)
  }

  /** What is between these places is gone for good: its acknowledgement is waited for no longer. */
  skip(after: number, before: number): void {
    for (const place of [...this.#unacknowledged])
      if (after < place && place < before) this.#unacknowledged.delete(place)
  }

  /** What earlier connections of the session were sent. `head` is the newest place that there is now. */
  earlier(head: number): EarlierPlaces {
    if (this.#doubtful === 'unknown') this.#doubtful = head
    return { last: this.#last, unacknowledged: new Set(this.#unacknowledged), doubtful: this.#doubtful }
  }

  /** The session reads its inbox no more. */
  clear(): void {
    this.#last = 0
    this.#doubtful = 0
    this.#unacknowledged.clear()
  }

  /** The inbox went back to an earlier moment: nobody knows what was sent of that which is there now. */
  doubt(): void {
    if (this.#last === 0 && this.#unacknowledged.size === 0) return
    this.clear()
    this.#doubtful = 'unknown'
  }

  /** `undefined` where there is nothing to tell. */
  record(): SentPlacesRecord | undefined {
    if (this.#doubtful === 'unknown') return undefined
    const record = { last: this.#last, unacknowledged: [...this.#unacknowledged] }
    return this.#doubtful > this.#last ? { ...record, doubtful: this.#doubtful } : record
  }
}
