import type { Bus, BusNews } from './port.js'

/** News within one process, told at once. */
export class EmbeddedBus implements Bus {
  readonly #listeners = new Set<{ hear: (news: BusNews) => void }>()

  publish(news: BusNews): void {
    for (const listener of [...this.#listeners]) listener.hear(news)
  }

  subscribe(listener: (news: BusNews) => void): () => void {
    const entry = { hear: listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }
}
