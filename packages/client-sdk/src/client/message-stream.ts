import type { Stop } from '../listeners.js'

/**
 * Messages to be iterated over, once, from the moment it is made. What comes while nobody asks waits in memory.
 * Leaving the loop stops it.
 */
export class MessageStream<Item> implements AsyncIterableIterator<Item> {
  readonly #arrived: Item[] = []
  readonly #asked: { resolve(result: IteratorResult<Item>): void; reject(error: Error): void }[] = []
  readonly #stop: Stop
  #end: { error?: Error } | undefined

  constructor(listen: (push: (item: Item) => void, end: (error?: Error) => void) => Stop) {
    this.#stop = listen(
      (item) => this.#push(item),
      (error) => this.#finish(error),
    )
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.#arrived.shift()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    if (this.#end?.error) return Promise.reject(this.#end.error)
    if (this.#end) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }))
  }

  async return(): Promise<IteratorResult<Item>> {
    this.#arrived.length = 0
    this.#finish()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #push(item: Item): void {
    if (this.#end) return
    const asked = this.#asked.shift()
    if (asked) asked.resolve({ done: false, value: item })
    else this.#arrived.push(item)
  }

  #finish(error?: Error): void {
    if (this.#end) return
    this.#end = error ? { error } : {}
    this.#stop()
    for (const { resolve, reject } of this.#asked.splice(0)) {
      if (error) reject(error)
      else resolve({ done: true, value: undefined })
    }
  }
}
