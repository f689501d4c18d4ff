import type { LetterListener } from './port.js'

/** Who hears letters on this node, by their kinds. */
export class PostOffice {
  readonly #listeners = new Map<string, LetterListener<unknown>>()

  /** Returns the way to stop it. */
  open<T>(kind: string, listener: LetterListener<T>): () => void {
    this.#listeners.set(kind, listener as LetterListener<unknown>)
    return () => {
      if (this.#listeners.get(kind) === listener) this.#listeners.delete(kind)
    }
  }

  deliver(kind: string, letter: unknown, from: string): void {
    this.#listeners.get(kind)?.hear(letter, from)
  }

  missed(): void {
    for (const listener of [...this.#listeners.values()]) listener.missed()
  }
}
