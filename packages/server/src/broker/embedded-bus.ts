import { Listeners } from './listeners.js'
import type { Bus, BusNews } from './port.js'

/** News within one process, told at once. */
export class EmbeddedBus implements Bus {
  readonly #listeners = new Listeners()

  publish(news: BusNews): void {
    this.#listeners.tell(news)
  }

  subscribe(listener: (news: BusNews) => void): () => void {
    return this.#listeners.add(listener)
  }
}
