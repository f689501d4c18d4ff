import type { AnyEventObject } from 'xstate'
import type { StoredTimer } from './port.js'

/** What waits to be said until a pause is over, as it is stored. */
export interface StoredPause {
  /** The server's clock, milliseconds since the Unix epoch. */
  due: number
  said: readonly AnyEventObject[]
}

/** Names the timer of a pause towards the server. */
const pauseTimer = 'daakia.pause'

export const isPauseTimer = (id: string): boolean => id === pauseTimer

/** Says what a run emits, and holds back what comes after a pause. The order stays, whatever is said meanwhile. */
export class Voice {
  #pause: StoredPause | undefined
  /** Of a pause that is over; not taken yet. */
  #due: readonly AnyEventObject[] = []
  readonly #typing: () => void

  /** @param typing shows that more is to come */
  constructor(pause: StoredPause | undefined, typing: () => void) {
    this.#pause = pause
    this.#typing = typing
  }

  /** What is to be said now. New words, and the `end` of the run, cut short a pause that is under way. */
  take(said: readonly AnyEventObject[], now: number, { end }: { end: boolean }): readonly AnyEventObject[] {
    const released = [...this.#due, ...(said.length > 0 || end ? this.#cutShort() : [])]
    this.#due = []
    return [...released, ...(end ? said.filter(isWord) : this.#untilPause(said, now))]
  }

  #cutShort(): readonly AnyEventObject[] {
    const { said = [] } = this.#pause ?? {}
    this.#pause = undefined
    return said.filter(isWord)
  }

  #untilPause(said: readonly AnyEventObject[], now: number): readonly AnyEventObject[] {
    const at = said.findIndex((event) => !isWord(event))
    if (at < 0) return said
    const rest = said.slice(at + 1)
    if (rest.length > 0) this.#wait(now + Number(said[at]?.ms ?? 0), rest)
    return said.slice(0, at)
  }

  #wait(due: number, said: readonly AnyEventObject[]): void {
    this.#pause = { due, said }
    this.#typing()
  }

  /** The pause is over. */
  resume(): void {
    const pause = this.#pause
    this.#pause = undefined
    if (pause) this.#due = [...this.#due, ...this.#untilPause(pause.said, pause.due)]
  }

  get timers(): readonly StoredTimer[] {
    if (!this.#pause) return []
    const { due } = this.#pause
    return [{ id: pauseTimer, source: [], target: [], name: pauseTimer, event: { type: pauseTimer }, due }]
  }

  get stored(): StoredPause | undefined {
    return this.#pause
  }
}

const isWord = (event: AnyEventObject): boolean => event.type !== 'pause'
