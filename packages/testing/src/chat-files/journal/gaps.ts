import type { Message } from '@daakia/client-sdk'
import { formatMs } from '../../time/duration.js'
import type { Step } from '../line.js'
import { turnOf } from './parties.js'

/** People think for so long without a word of it in the file. */
const thoughtMs = 10_000
/** An answer that takes longer has waited for something. */
const answerMs = 250

/**
 * The time between messages. Virtual time never runs ahead of what it was: times are rounded down, so that no timer fires
 * in a test before what a person said in time. It may be a little behind where people speak, never where a timer fired.
 */
export class Gaps {
  readonly #startedAt: number
  #passedMs = 0
  /** Of what was said last. */
  #last: { turn: string } | 'person' = 'person'
  #lastAt: number

  constructor(firstAt: number) {
    this.#startedAt = firstAt
    this.#lastAt = firstAt
  }

  /** The second in which the first message was said, in ISO 8601. */
  get beginning(): string {
    return new Date(floor(this.#startedAt, 1_000)).toISOString().replace('.000Z', 'Z')
  }

  beforePerson({ at }: Message): Step[] {
    const isLong = at - this.#startedAt - this.#passedMs >= thoughtMs
    this.#last = 'person'
    this.#lastAt = at
    return isLong ? this.#upTo(at) : []
  }

  /** What a bot says in a new turn, and nobody has spoken, a timer has brought. */
  beforeBot(message: Message): Step[] {
    const turn = turnOf(message)
    const isAnswer = this.#last === 'person'
    const isSameTurn = !isAnswer && (this.#last as { turn: string }).turn === turn
    const isAtOnce = isSameTurn || (isAnswer && message.at - this.#lastAt < answerMs)
    this.#last = { turn }
    this.#lastAt = message.at
    return isAtOnce ? [] : this.#upTo(message.at)
  }

  #upTo(at: number): Step[] {
    const leftMs = at - this.#startedAt - this.#passedMs
    const ms = floor(leftMs, leftMs < thoughtMs ? 100 : 1_000)
    if (ms <= 0) return []
    this.#passedMs += ms
    return [{ kind: 'advances', duration: formatMs(ms) }]
  }
}

const floor = (ms: number, unitMs: number): number => Math.floor(ms / unitMs) * unitMs
