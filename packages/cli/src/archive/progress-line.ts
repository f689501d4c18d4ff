import type { Progress } from '@daakia/server'
import type { Io } from '../io.js'

/** A line at a terminal that says how far something is, and is taken away when it is done; nothing where there is none. */
export class ProgressLine {
  readonly #errors: Io['errors']
  #shown = ''

  constructor({ errors }: Pick<Io, 'errors'>) {
    this.#errors = errors
  }

  readonly tell = (progress: Told) => {
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

/** A {@link Progress} of whatever is done. */
type Told = Omit<Progress, 'doing'> & { doing: string }

const lineOf = ({ doing, done, of }: Told): string => {
  const name = `${doing[0]?.toUpperCase()}${doing.slice(1)}`
  return of ? `${name}: ${Math.floor((100 * done) / of)} %` : `${name}: ${done}`
}
