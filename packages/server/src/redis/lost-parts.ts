import type { Alarm, Clock } from '@daakia/protocol'

export interface LostPartsOptions {
  clock: Clock
  /** Asks for this key; rejects where whoever has it does not answer. */
  ask(key: string): Promise<unknown>
  /** Some keys can't be reached, while others can. */
  lost(): void
  /** Keys that could not be reached can be again. */
  back(): void
}

const betweenLooksMs = 200

/** Keys of which this is the same are in the same place of a Cluster. */
export const partOf = (key: string): string => /\{([^}]+)\}/.exec(key)?.[1] ?? key

/**
 * The parts of a Cluster's keys that could not be reached, by one key of each. They are asked for again and again: the connection
 * to the Cluster stays while a master is away, and nothing else would say when that is back.
 */
export class LostParts {
  readonly #options: LostPartsOptions
  readonly #keys = new Map<string, string>()
  #next: Alarm | undefined

  constructor(options: LostPartsOptions) {
    this.#options = options
  }

  /** Something that was asked of this key has failed. */
  add(key: string): void {
    const isFirst = this.#keys.size === 0
    this.#keys.set(partOf(key), key)
    if (!isFirst) return
    this.#options.lost()
    this.#lookLater()
  }

  has(key: string): boolean {
    return this.#keys.has(partOf(key))
  }

  close(): void {
    this.#next?.cancel()
    this.#keys.clear()
  }

  #lookLater(): void {
    this.#next = this.#options.clock.after(betweenLooksMs, () => void this.#look(), 'reconnect')
  }

  async #look(): Promise<void> {
    const asked = [...this.#keys.values()].map((key) => this.#options.ask(key).then(() => key))
    const found = (await Promise.allSettled(asked)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    for (const key of found) this.#keys.delete(partOf(key))
    if (this.#keys.size > 0) this.#lookLater()
    if (found.length > 0) this.#options.back()
  }
}
