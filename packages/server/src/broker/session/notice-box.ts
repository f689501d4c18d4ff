import type { Notice } from '@daakia/protocol'
import type { NoticeBox } from '../exchange/port.js'

/** The oldest is left out for one more. */
const mostNotices = 32

/** A notice says what it is about with names that its receiver has chosen, of any length. */
const longestText = 512

/** Notices that wait for one session: few, and the newest. */
export class KeptNotices implements NoticeBox {
  #waiting: Notice[]
  #missed = 0
  #heard: (() => void) | undefined

  constructor(kept: readonly Notice[] = []) {
    this.#waiting = [...kept]
  }

  add(notice: Notice): void {
    this.#waiting.push(shortened(notice))
    if (this.#waiting.length > mostNotices) this.#leaveOut()
    this.#heard?.()
  }

  get next(): Notice | undefined {
    const [first] = this.#waiting
    if (!first || this.#missed === 0) return first
    return { ...first, missed: this.#missed + (first.missed ?? 0) }
  }

  shift(): void {
    this.#waiting.shift()
    this.#missed = 0
  }

  heardBy(listener: (() => void) | undefined): void {
    this.#heard = listener
  }

  /** What waits, as it is stored. */
  record(): readonly Notice[] {
    const { next } = this
    return next ? [next, ...this.#waiting.slice(1)] : []
  }

  #leaveOut(): void {
    const left = this.#waiting.shift()
    this.#missed += 1 + (left?.missed ?? 0)
  }
}

const shortened = (notice: Notice): Notice =>
  Object.fromEntries(
    Object.entries(notice).map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]),
  ) as Notice

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)
