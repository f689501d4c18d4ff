interface Unheard<T> {
  number: number
  content: T
  settle(heard: boolean): void
}

/** Letters to one other node, numbered from 1, of which it is not known yet that they were heard. */
export class Outbox<T> {
  #unheard: Unheard<T>[] = []
  #last = 0
  #waiting: { upTo: number; resolve: () => void }[] = []
  /** The first one that was not heard when `isOld` was asked. */
  #lookedAt = 0

  constructor(readonly stream: number) {}

  get isWaiting(): boolean {
    return this.#unheard.length > 0
  }

  put(content: T): { number: number; heard: Promise<boolean> } {
    const number = ++this.#last
    const heard = new Promise<boolean>((settle) => this.#unheard.push({ number, content, settle }))
    return { number, heard }
  }

  /** All that has been put in so far. */
  unheard(): [number: number, content: T][] {
    return this.#unheard.map(({ number, content }) => [number, content])
  }

  /** The oldest one was there already when this was asked last. */
  isOld(): boolean {
    const first = this.#unheard[0]?.number ?? this.#last + 1
    const isOld = first <= this.#lookedAt
    this.#lookedAt = this.#last
    return isOld
  }

  heard(upTo: number): void {
    const after = this.#unheard.findIndex(({ number }) => number > upTo)
    const heard = this.#unheard.splice(0, after === -1 ? this.#unheard.length : after)
    for (const { settle } of heard) settle(true)
    this.#settleWaiting(upTo)
  }

  /** Resolves when what is in it now was heard, or never will be. */
  whenHeard(): Promise<void> {
    if (!this.isWaiting) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ upTo: this.#last, resolve }))
  }

  /** The other node is gone. */
  giveUp(): void {
    for (const { settle } of this.#unheard.splice(0)) settle(false)
    this.#settleWaiting(this.#last)
  }

  #settleWaiting(upTo: number): void {
    while (this.#waiting[0] && this.#waiting[0].upTo <= upTo) this.#waiting.shift()?.resolve()
  }
}
