import type { Language } from '../languages/port.js'
import type { Listening } from '../understanding/port.js'
import { type Deferred, deferred } from './deferred.js'

/** One try at understanding a message. */
export class Attempt implements Listening {
  readonly locale: string
  readonly language: Language
  readonly timeZone: string
  readonly now: number
  readonly #aborted: Deferred<{ reason: Error }> = deferred()
  #controller: AbortController | undefined
  #reason: Error | undefined

  constructor({ locale, language, timeZone, now }: Omit<Listening, 'signal'>) {
    this.locale = locale
    this.language = language
    this.timeZone = timeZone
    this.now = now
  }

  /** Made for who asks for it: most answer at once. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  abort(reason: Error): void {
    this.#reason = reason
    this.#controller?.abort(reason)
    this.#aborted.resolve({ reason })
  }

  /** The answer. @throws what it was rejected or aborted with */
  async outcome<T extends object | undefined>(answer: Promise<T>): Promise<T> {
    const outcome = await Promise.race([answer.then((value) => ({ value })), this.#aborted.promise])
    if ('reason' in outcome) throw outcome.reason
    return outcome.value
  }
}
