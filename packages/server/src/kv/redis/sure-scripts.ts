import type { Clock } from '@daakia/protocol'
import { RedisError } from '../../redis/errors.js'
import type { RedisAnswer, RedisArgument, RedisLink } from '../../redis/link.js'
import type { RedisScript } from '../../redis/script.js'
import { StorageError } from '../errors.js'

/** So long it is asked again whether a script was run whose answer is lost. */
const sureWithinMs = 10_000

export interface SureScriptsOptions {
  link: RedisLink
  clock: Clock
  /** Called when one has to wait until Redis is back, or its replicas: what is to come after it would wait as long. */
  stuck(): void
}

/** Runs scripts that may be run again: one whose answer is lost is, as soon as Redis is back. */
export class SureScripts {
  readonly #link: RedisLink
  readonly #clock: Clock
  readonly #stuck: () => void

  constructor({ link, clock, stuck }: SureScriptsOptions) {
    this.#link = link
    this.#clock = clock
    this.#stuck = stuck
  }

  /**
   * `args` is asked for them each time that it is run.
   *
   * @throws StorageError `full` or `away`; RedisError where it is a mistake of ours
   */
  read(script: RedisScript, keys: readonly string[], args: () => readonly RedisArgument[]): Promise<RedisAnswer> {
    return this.#untilSure(keys, () => this.#link.run(script, keys, args()))
  }

  /** Where replicas are asked for, they have it when this resolves. @throws as `read` */
  write(script: RedisScript, keys: readonly string[], args: () => readonly RedisArgument[]): Promise<RedisAnswer> {
    return this.#untilSure(keys, () => this.#link.runSafely(script, keys, args()))
  }

  async #untilSure([key = '']: readonly string[], run: () => Promise<RedisAnswer>): Promise<RedisAnswer> {
    const end = this.#clock.now() + sureWithinMs
    let isUnsure = false
    for (;;) {
      try {
        return await run()
      } catch (error) {
        isUnsure ||= error instanceof RedisError && error.reason === 'unsure'
        if (!isUnsure || !(await this.#backBefore(end, key))) throw this.#told(error, isUnsure)
      }
    }
  }

  /** Waits until it is there; false where that takes too long. */
  async #backBefore(end: number, key: string): Promise<boolean> {
    const leftMs = end - this.#clock.now()
    this.#stuck()
    if (leftMs <= 0 || (this.#link.isUp && !this.#link.lacks(key))) return leftMs > 0
    return new Promise((resolve) => {
      const settle = (isBack: boolean) => {
        alarm.cancel()
        stop()
        resolve(isBack)
      }
      const alarm = this.#clock.after(leftMs, () => settle(false), 'upkeep')
      const stop = this.#link.onBack(() => settle(true))
    })
  }

  #told(error: unknown, isUnsure: boolean): unknown {
    if (!(error instanceof RedisError)) return error
    const { reason, message } = error
    if (isUnsure)
      return new StorageError('away', `${message}. Whether what was asked was kept is not known`, {
        cause: error,
        inDoubt: true,
      })
    if (reason === 'away' || reason === 'full') return new StorageError(reason, message, { cause: error })
    return error
  }
}
