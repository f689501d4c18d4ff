import type { Alarm } from '@daakia/protocol'
import type { Flight } from './member.js'
import type { Handled } from './port.js'

/** A message that waits in a queue. */
export interface Item extends Handled {
  /** Of its pointer on the inbox; 0 where it is to be handled once more: its line is not known then. */
  offset: number
}

export const isSame = (one: Item | undefined, other: Item | undefined): boolean =>
  one !== undefined && one.seq === other?.seq && one.offset === other.offset

/** What waits in one conversation, in order: one message is handled at a time. */
export class Lane {
  /** Who is at it; absent: it waits. */
  flight: Flight | undefined
  /** It failed, and is not to be tried before this. */
  held: Alarm | undefined
  /** Its dead letter is being written. */
  burying = false
  readonly #again: number[] = []
  #items: Item[] = []
  #first = 0

  constructor(readonly conversation: string) {}

  /** The next to be handled: what is handled once more goes before all else. */
  get next(): Item | undefined {
    const [seq] = this.#again
    return seq === undefined ? this.#items[this.#first] : { seq, offset: 0 }
  }

  add(item: Item): void {
    this.#items.push(item)
  }

  addAgain(seq: number): void {
    if (this.#again.includes(seq)) return
    this.#again.push(seq)
    this.#again.sort((one, other) => one - other)
  }

  /** It is handled. Only what was `next` is, but what is to be handled once more may have come before it since. */
  remove({ seq, offset }: Item): void {
    if (offset === 0) this.#again.splice(this.#again.indexOf(seq), 1)
    else if (this.#items[this.#first]?.seq === seq) this.#shift()
  }

  #shift(): void {
    this.#first++
    if (this.#first < 64 || this.#first * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#first)
    this.#first = 0
  }
}
