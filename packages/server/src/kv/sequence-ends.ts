import type { Numbered, Table } from './port.js'
import { Remembered } from './remembered.js'

/** As many values of one sequence are kept, and of all of them as many bytes; a larger value is read from the disk. */
const mostValues = 8
const mostBytes = 16 * 1024 * 1024
const largestBytes = 4 * 1024

/** The end of one sequence: its highest number, and the newest values up to it. */
export class SequenceEnd {
  #values: unknown[] = []
  #taken: number
  #flushed: number

  constructor(public last: number) {
    this.#taken = last
    this.#flushed = last
  }

  append(value: unknown): void {
    this.last++
    if (this.#values.push(value) > mostValues) this.#values.shift()
  }

  /** As `append`, of a value that is not kept: those before it are no use any more. */
  skip(): void {
    this.last++
    this.#values = []
  }

  take(): void {
    this.#taken = this.last
  }

  flushed(): void {
    this.#flushed = this.#taken
  }

  /** What follows `number`; `undefined` where not all of it is kept. */
  after(number: number, limit: number, { unflushed }: { unflushed: boolean }): Numbered<unknown>[] | undefined {
    const first = this.last - this.#values.length + 1
    if (number + 1 < first) return undefined
    const end = Math.min(unflushed ? this.last : this.#flushed, number + limit)
    const found: Numbered<unknown>[] = []
    for (let next = number + 1; next <= end; next++) found.push({ number: next, value: this.#values[next - first] })
    return found
  }
}

/** The ends of the sequences that were appended to: whoever reads on from where it was finds what is new in memory. */
export class SequenceEnds {
  readonly #ends = new Remembered<SequenceEnd>()
  #bytes = 0
  /** Those that were appended to since the last flush was taken, and those that are being flushed. */
  #gathering = new Set<SequenceEnd>()
  #flushing = new Set<SequenceEnd>()

  /** @param prefix as a text (`keyName`) */
  get(table: Table<unknown>, prefix: string): SequenceEnd | undefined {
    return this.#ends.get(table, prefix)
  }

  /** Begins to remember a sequence that ends with `last`. */
  begin(table: Table<unknown>, prefix: string, last: number): SequenceEnd {
    const end = new SequenceEnd(last)
    this.#ends.set(table, prefix, end)
    return end
  }

  /** A value was appended that has so many bytes. */
  append(table: Table<unknown>, end: SequenceEnd, value: unknown, bytes: number): void {
    if (!table.followed || bytes > largestBytes) {
      end.skip()
      return
    }
    this.#bytes += bytes
    if (this.#bytes > mostBytes) this.clear()
    end.append(value)
    this.#gathering.add(end)
  }

  delete(table: Table<unknown>, prefix: string): void {
    this.#ends.delete(table, prefix)
  }

  take(): void {
    this.#flushing = this.#gathering
    this.#gathering = new Set()
    for (const end of this.#flushing) end.take()
  }

  flushed(): void {
    for (const end of this.#flushing) end.flushed()
    this.#flushing = new Set()
  }

  clear(): void {
    this.#ends.clear()
    this.#bytes = 0
  }
}
