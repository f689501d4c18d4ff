import type { FanOut } from '../fan-out.js'
import type { Terms } from '../subscriber.js'
import { type MessageLetter, targetFor } from './letters.js'

interface Letter {
  fanOut: FanOut
  content: MessageLetter
  heard: Promise<boolean>
  settle(heard: boolean): void
}

/** Puts a message for several sessions of one node into one letter. */
export class Mail {
  #open: Letter | undefined

  constructor(private readonly send: (letter: MessageLetter) => Promise<boolean> | undefined) {}

  /** Resolves with whether the node has heard it; where letters are not answered, with true. */
  add(fanOut: FanOut, number: number, terms: Terms): Promise<boolean> {
    if (this.#open?.fanOut !== fanOut) {
      this.#post()
      this.#open = begun(fanOut)
      queueMicrotask(() => this.#post())
    }
    this.#open.content.to.push(targetFor(number, terms))
    return this.#open.heard
  }

  #post(): void {
    const letter = this.#open
    this.#open = undefined
    if (!letter) return
    const heard = this.send(letter.content)
    if (heard) void heard.then(letter.settle)
    else letter.settle(true)
  }
}

const begun = (fanOut: FanOut): Letter => {
  let settle: (heard: boolean) => void = () => {}
  const heard = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  return { fanOut, content: { message: fanOut.message, to: [] }, heard, settle }
}
