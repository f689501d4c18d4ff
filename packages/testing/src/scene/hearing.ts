import type { Message } from '@daakia/client-sdk'

/** What a person has heard, on whichever device. */
export class Hearing {
  readonly #heard = new Set<string>()
  #ignoresTheRest = false

  get ignoresTheRest(): boolean {
    return this.#ignoresTheRest
  }

  ignoreTheRest(): void {
    this.#ignoresTheRest = true
  }

  note(message: Message): void {
    this.#heard.add(nameOf(message))
  }

  has(message: Message): boolean {
    return this.#heard.has(nameOf(message))
  }
}

const nameOf = ({ conversation, seq }: Message): string => `${conversation}/${seq}`
