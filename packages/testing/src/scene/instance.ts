import type { BotProcess } from '../host/port.js'
import { describedConnection } from './report/connection.js'

/** One of the processes that a bot runs as, and what takes its place when it has died. */
export class Instance {
  readonly #start: (crash: () => void) => BotProcess
  #process: BotProcess
  /** The process gets its turns from the server. */
  #isSubscribed = false

  /** @param start starts a process, which calls `crash` at the moment in which it is to die */
  constructor(start: (crash: () => void) => BotProcess) {
    this.#start = start
    this.#process = this.#begin()
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed
  }

  get state(): BotProcess['status']['state'] {
    return this.#process.status.state
  }

  /** Whether it gets turns, and how it is connected; `wrong` is what its connection suffers from. */
  described(wrong: readonly string[]): string {
    const link = describedConnection(this.#process.status, wrong)
    return this.#isSubscribed ? link : `never subscribed, ${link}`
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#process = this.#begin()
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #crash(): void {
    this.#process.crash()
    this.#process = this.#begin()
  }

  #begin(): BotProcess {
    const begun = this.#start(() => this.#crash())
    this.#isSubscribed = false
    const subscribed = () => {
      this.#isSubscribed = true
    }
    // Why it is refused is told by its status.
    begun.ready.then(subscribed, () => {})
    return begun
  }
}
