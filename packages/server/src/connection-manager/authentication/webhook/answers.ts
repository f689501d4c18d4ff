import type { Clock } from '@daakia/protocol'
import { AnswerCache } from '../answer-cache.js'
import type { HookAnswer } from './answer.js'

const size = 10_000

/** What the hook has said lately. Whoever is refused often does not push out who is let in. */
export class HookAnswers {
  readonly #allowed: AnswerCache<HookAnswer>
  readonly #others: AnswerCache<HookAnswer>

  constructor(
    private readonly clock: Clock,
    private readonly lives: { cacheSeconds: number; denyCacheSeconds: number },
  ) {
    this.#allowed = new AnswerCache(clock, size)
    this.#others = new AnswerCache(clock, size)
  }

  get(key: string): HookAnswer | undefined {
    return this.#allowed.get(key) ?? this.#others.get(key)
  }

  set(key: string, answer: HookAnswer): void {
    const { cacheSeconds, denyCacheSeconds } = this.lives
    const now = this.clock.now()
    if (answer.result !== 'allow') this.#others.set(key, answer, now + denyCacheSeconds * 1000)
    else
      this.#allowed.set(key, answer, Math.min(now + cacheSeconds * 1000, answer.expiresAt ?? Number.POSITIVE_INFINITY))
  }

  clear(): void {
    this.#allowed.clear()
    this.#others.clear()
  }
}
