import type { BusNews } from './port.js'

/** Who hears news in this process. */
export class Listeners {
  /** Replaced when it changes: who subscribes or goes while something is told, does so from the next news on. */
  #listeners: readonly { hear: (news: BusNews) => void }[] = []

  tell(news: BusNews): void {
    for (const listener of this.#listeners) listener.hear(news)
  }

  /** Returns the way to stop it. */
  add(listener: (news: BusNews) => void): () => void {
    const entry = { hear: listener }
    this.#listeners = [...this.#listeners, entry]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry)
    }
  }
}
