import type { Bus, BusNews } from './port.js'

/** News within one process, told at once. */
export class EmbeddedBus implements Bus {
  /** Replaced when it changes: who subscribes or goes while something is told, does so from the next news on. */
  #listeners: readonly { hear: (news: BusNews) => void }[] = []

  publish(news: BusNews): void {
    for (const listener of this.#listeners) listener.hear(news)
  }

  subscribe(listener: (news: BusNews) => void): () => void {
    const entry = { hear: listener }
    this.#listeners = [...this.#listeners, entry]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry)
    }
  }
}
