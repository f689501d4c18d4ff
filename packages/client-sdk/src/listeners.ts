/**
 * Takes a listener away again; doing it twice does nothing.
 *
 * @example
 * const stop: Stop = client.onMessage(({ plain }) => console.log(plain))
 * stop()
 */
export type Stop = () => void

/** Those who want to hear of something, called in the order in which they came. */
export class Listeners<Heard extends unknown[]> {
  readonly #listeners = new Set<{ call: (...heard: Heard) => void }>()

  add(call: (...heard: Heard) => void): Stop {
    const listener = { call }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls all of them. What one throws is an uncaught exception of its own, and costs the others nothing. */
  tell(...heard: Heard): void {
    for (const { call } of [...this.#listeners]) {
      try {
        call(...heard)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
