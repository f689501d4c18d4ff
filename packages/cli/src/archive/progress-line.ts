import type { Progress, Tell } from '@daakia/server'
import type { Io } from '../io.js'

/** A line at a terminal that says how far something is, and is taken away when it is done; nothing where there is none. */
export class ProgressLine {
  readonly #errors: Io['errors']
  #shown = ''

  constructor({ errors }: Pick<Io, 'errors'>) {
    this.#errors = errors
  }

  readonly tell: Tell = (progress) => {
    if (!this.#errors.isTTY) return
    const line = lineOf(progress)
    if (line !== this.#shown) this.#errors.write(`\r${line}\u001b[K`)
    this.#shown = line
  }

  clear(): void {
    if (this.#shown) this.#errors.write('\r\u001b[K')
    this.#shown = ''
  }
}

const lineOf = ({ doing, done, of }: Progress): string => {
  const name = `${doing[0]?.toUpperCase()}${doing.slice(1)}`
  return of ? `${name}: ${Math.floor((100 * done) / of)} %` : `${name}: ${done}`
}
