import { isHandled } from './handled.js'
import type { Item } from './lane.js'
import type { Handled, QueueChange, QueueFailure, QueueStanding } from './port.js'

interface Opened {
  offset: number
  conversation: string
}

/**
 * How far a queue is: everything up to its floor is handled, and beyond it single messages, conversation by conversation.
 * It gathers what has changed until that is written.
 */
export class Progress {
  /** The offset up to which the inbox was read. */
  scanned: number
  #floor: number
  /** Read and not behind the floor yet, in the order of the inbox. */
  #opened: Opened[] = []
  #first = 0
  readonly #done = new Set<number>()
  /** Conversations of which it is written how far they are handled, and the offset of that: 0 where it was not read yet. */
  readonly #written = new Map<string, Handled & { offset: number }>()
  #changed = false
  #writtenFloor: number
  readonly #handled = new Map<string, Item>()
  readonly #notAgain: (Item & { conversation: string })[] = []
  readonly #failures = new Map<string, { conversation: string; seq: number; failure: QueueFailure | undefined }>()

  constructor({ floor, handled }: QueueStanding) {
    this.scanned = floor
    this.#floor = floor
    this.#writtenFloor = floor
    for (const [conversation, upTo] of handled) this.#written.set(conversation, { ...upTo, offset: 0 })
  }

  get floor(): number {
    return this.#floor
  }

  /** The inbox was read on to this pointer. False where its message was handled before. */
  scan(conversation: string, item: Item): boolean {
    const { seq, offset } = item
    this.scanned = offset
    this.#opened.push({ offset, conversation })
    const written = this.#written.get(conversation)
    // The last one that is handled is this, or was before it and is gone.
    if (written?.offset === 0 && seq > 0 && isHandled(written, item)) written.offset = offset
    const isLost = seq === 0
    if (!isLost && !(written && isHandled(item, written))) return true
    this.#pass(offset)
    return false
  }

  handled(conversation: string, item: Item): void {
    this.#changed = true
    if (item.offset === 0) {
      this.#notAgain.push({ ...item, conversation })
      return
    }
    this.#handled.set(conversation, item)
    this.#pass(item.offset)
  }

  /** `undefined`: what failed before does not count any more. */
  failed(conversation: string, seq: number, failure: QueueFailure | undefined): void {
    this.#changed = true
    this.#failures.set(`${conversation}/${seq}`, { conversation, seq, failure })
  }

  /** What is to be written; `undefined` where there is nothing. */
  takeChange(): QueueChange | undefined {
    if (!this.#changed && this.#floor === this.#writtenFloor) return undefined
    const beyond = [...this.#handled].filter(([, { offset }]) => offset > this.#floor)
    const failures = [...this.#failures.values()]
    const change: QueueChange = {
      floor: this.#floor,
      handled: new Map(beyond.map(([conversation, item]) => [conversation, handledUpTo(item)])),
      forget: this.#takeForgotten(),
      notAgain: this.#notAgain.splice(0),
      failures: failures.flatMap(({ conversation, seq, failure }) =>
        failure ? [{ conversation, seq, ...failure }] : [],
      ),
      succeeded: failures.filter(({ failure }) => !failure),
    }
    for (const [conversation, item] of beyond)
      this.#written.set(conversation, { ...handledUpTo(item), offset: item.offset })
    this.#handled.clear()
    this.#failures.clear()
    this.#changed = false
    this.#writtenFloor = this.#floor
    return change
  }

  #takeForgotten(): string[] {
    if (this.#floor === this.#writtenFloor) return []
    const forgotten: string[] = []
    for (const [conversation, { offset }] of this.#written) {
      if (offset === 0 || offset > this.#floor) continue
      this.#written.delete(conversation)
      forgotten.push(conversation)
    }
    return forgotten
  }

  #pass(offset: number): void {
    this.#done.add(offset)
    for (
      let next = this.#opened[this.#first];
      next && this.#done.delete(next.offset);
      next = this.#opened[this.#first]
    ) {
      this.#floor = next.offset
      this.#first++
    }
    if (this.#first < 1_024 || this.#first * 2 < this.#opened.length) return
    this.#opened = this.#opened.slice(this.#first)
    this.#first = 0
  }
}

const handledUpTo = ({ seq, line }: Item): Handled => (line === undefined ? { seq } : { seq, line })
