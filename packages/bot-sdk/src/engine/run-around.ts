import type { Around } from '../authoring/around.js'
import type { Language } from '../languages/port.js'
import type { Manner, Surroundings } from './port.js'

/** For whom a run makes its words, and when. Reads what is true at the moment when it is asked. */
export class RunAround implements Around {
  readonly #surroundings: Surroundings
  #said: Manner
  /** The same, with what the bot does where nobody said how. */
  #manner: Required<Manner>

  /** @param said how who is spoken with wants to be spoken to, as far as messages said */
  constructor(surroundings: Surroundings, said: Manner) {
    this.#surroundings = surroundings
    this.#said = said
    this.#manner = over(surroundings.manner, said)
  }

  /** A message came, and may have said so anew. */
  hear(manner: Manner | undefined): void {
    if (manner?.locale === undefined && manner?.timeZone === undefined) return
    this.#said = { ...this.#said, ...manner }
    this.#manner = over(this.#surroundings.manner, this.#said)
  }

  /** What messages said so far, to be stored; absent where none did. */
  get said(): Manner | undefined {
    return Object.keys(this.#said).length > 0 ? this.#said : undefined
  }

  get locale(): string {
    return this.#manner.locale
  }

  get language(): Language {
    return this.#surroundings.languageOf(this.#manner.locale)
  }

  get timeZone(): string {
    return this.#manner.timeZone
  }

  get now(): number {
    return this.#surroundings.now()
  }
}

const over = (usual: Required<Manner>, said: Manner): Required<Manner> => ({
  locale: said.locale ?? usual.locale,
  timeZone: said.timeZone ?? usual.timeZone,
})
