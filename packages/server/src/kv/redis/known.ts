import type { RedisAnswer } from '../../redis/link.js'
import type { Place } from './layout.js'

/** As many bytes begin each value: of the commit that has written it. */
export const stampBytes = 12

/** What is known of an entry; without bytes there is none. */
export interface KnownEntry {
  stamp: Buffer
  bytes: Buffer | undefined
  /** When it was read or written. */
  moment: number
}

/** The ends of a sequence, as Redis has them; an empty text where there is none. */
export interface KnownEnds {
  text: string
  first: number
  last: number
  moment: number
}

/** When more is known, all is forgotten: what is in use comes back at once. */
const mostBytes = 32 * 1024 * 1024
/** What an entry costs besides its bytes. */
const entryBytes = 200

const none = Buffer.alloc(0)

/** What this process has read and written. It may be old: what is made of it is checked when it is committed. */
export class Known {
  readonly #entries = new Map<string, KnownEntry>()
  readonly #ends = new Map<string, KnownEnds>()
  #bytes = 0

  entry({ name }: Place): KnownEntry | undefined {
    return this.#entries.get(name)
  }

  ends(sequence: string): KnownEnds | undefined {
    return this.#ends.get(sequence)
  }

  /** What Redis has there: a stamp and the value, or nothing. */
  setStored({ name }: Place, stored: RedisAnswer, moment: number): void {
    const bytes = stored as Buffer | null
    this.#set(name, {
      stamp: bytes ? bytes.subarray(0, stampBytes) : none,
      bytes: bytes ? bytes.subarray(stampBytes) : undefined,
      moment,
    })
  }

  setWritten({ name }: Place, stamp: Buffer, bytes: Uint8Array | undefined, moment: number): void {
    // What was packed is a view of a large buffer.
    this.#set(name, { stamp: bytes ? stamp : none, bytes: bytes && Buffer.from(bytes), moment })
  }

  setEnds(sequence: string, stored: RedisAnswer, moment: number): void {
    const text = stored ? stored.toString() : ''
    const [first = 1, last = 0] = text === '' ? [] : text.split(':').map(Number)
    this.#ends.set(sequence, { text, first, last, moment })
  }

  /** Redis says that it is so still, or, where it was only taken so, that there is none. */
  confirmEntry(place: Place, stamp: Buffer, moment: number): void {
    const entry = this.entry(place)
    if (!entry && stamp.length === 0) this.setStored(place, null, moment)
    else if (entry?.stamp.equals(stamp)) entry.moment = moment
  }

  /** Redis says that it is so still. */
  confirmEnds(sequence: string, text: string, moment: number): void {
    const ends = this.#ends.get(sequence)
    if (ends?.text === text) ends.moment = moment
  }

  /** Something of it was removed: where it begins is for Redis to say. */
  forgetEnds(sequence: string): void {
    this.#ends.delete(sequence)
  }

  /** Makes room; not while something is made of what is known. */
  tidy(): void {
    if (this.#bytes + this.#ends.size * entryBytes > mostBytes) this.clear()
  }

  clear(): void {
    this.#entries.clear()
    this.#ends.clear()
    this.#bytes = 0
  }

  #set(name: string, entry: KnownEntry): void {
    const before = this.#entries.get(name)
    if (before) this.#bytes -= sizeOf(name, before)
    this.#bytes += sizeOf(name, entry)
    this.#entries.set(name, entry)
  }
}

const sizeOf = (name: string, { bytes }: KnownEntry): number => entryBytes + name.length + (bytes?.length ?? 0)
