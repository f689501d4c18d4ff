import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@daakia/protocol'

/** Names an answer by what was asked, which can't be read back from it: its key is this process's own. */
export class Fingerprint {
  readonly #key = randomBytes(32)

  /** The parts are told apart: `ab`, `c` is another one than `a`, `bc`. */
  of(...parts: readonly (string | Uint8Array)[]): string {
    const hmac = createHmac('sha256', this.#key)
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part)
    return hmac.digest('base64')
  }
}

/** Remembers answers for a while: so many at most, the oldest of which go first. */
export class AnswerCache<T> {
  readonly #answers = new Map<string, { answer: T; until: number }>()

  constructor(
    private readonly clock: Clock,
    private readonly size: number,
  ) {}

  get(key: string): T | undefined {
    const known = this.#answers.get(key)
    if (known && known.until > this.clock.now()) return known.answer
    this.#answers.delete(key)
    return undefined
  }

  /** `until` is in milliseconds since the Unix epoch. */
  set(key: string, answer: T, until: number): void {
    if (until <= this.clock.now()) return
    this.#answers.delete(key)
    this.#answers.set(key, { answer, until })
    if (this.#answers.size > this.size) this.#dropOldest()
  }

  clear(): void {
    this.#answers.clear()
  }

  #dropOldest(): void {
    for (const key of this.#answers.keys()) {
      this.#answers.delete(key)
      return
    }
  }
}

/** Lets those who ask the same at the same time have one answer. */
export class Shared<T> {
  readonly #underWay = new Map<string, Promise<T>>()

  ask(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#underWay.get(key)
    if (running) return running
    const answer = work().finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, answer)
    return answer
  }
}
