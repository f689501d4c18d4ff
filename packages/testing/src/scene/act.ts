import type { CallSite } from '../failure/call-site.js'
import { pointedAt } from '../failure/misuse.js'

/**
 * What a test does, as a promise that knows whether anybody waits for it: a test that forgets an `await` goes on while it
 * is still done, and fails elsewhere or not at all.
 */
export class Act<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Promise'
  /** As the test calls it: `ana.says`. */
  readonly name: string
  readonly site: CallSite
  readonly #work: Promise<T>
  #isAwaited = false
  #hasFailed = false

  constructor(name: string, site: CallSite, work: Promise<T>) {
    this.name = name
    this.site = site
    this.#work = work
    // Where nobody waits for it, it is told at the end of the test.
    work.catch((error) => {
      this.#hasFailed = true
      pointedAt(error, site)
    })
  }

  get isAwaited(): boolean {
    return this.#isAwaited
  }

  /** It has failed, and nobody has heard of it. */
  get hasFailedUnheard(): boolean {
    return this.#hasFailed && !this.#isAwaited
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  then<TResult1 = T, TResult2 = never>(
    onfulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onrejected?: ((reason: unknown) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2> {
    this.#isAwaited = true
    return this.#work.then(onfulfilled, onrejected)
  }

  catch<TResult = never>(
    onrejected?: ((reason: unknown) => TResult | PromiseLike<TResult>) | null,
  ): Promise<T | TResult> {
    return this.then(undefined, onrejected)
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    this.#isAwaited = true
    return this.#work.finally(onfinally)
  }
}
