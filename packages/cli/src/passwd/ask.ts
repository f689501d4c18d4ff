import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Io } from '../io.js'

/** A person at a terminal has changed their mind. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * A secret: asked for twice at a terminal, which does not show it; else the first line of the input.
 *
 * @throws Interrupted on Ctrl-C and Ctrl-D; RangeError where there is none, or the two differ
 */
export const askSecret = async (what: string, io: Pick<Io, 'input' | 'errors'>): Promise<string> => {
  const secret = io.input.isTTY ? await askTwice(what, io) : await firstLine(io)
  if (secret === '') throw new RangeError(`The ${what} is empty.`)
  return secret
}

const askTwice = async (what: string, io: Pick<Io, 'input' | 'errors'>): Promise<string> => {
  const once = await askUnseen(`The ${what}: `, io)
  const again = await askUnseen(`The ${what} again: `, io)
  if (once !== again) throw new RangeError('The two differ. Nothing was changed.')
  return once
}

const askUnseen = (question: string, { input, errors }: Pick<Io, 'input' | 'errors'>): Promise<string> =>
  new Promise((resolve, reject) => {
    errors.write(question)
    const lines = createInterface({ input, output: unseen(), terminal: true, historySize: 0 })
    const end = (then: () => void) => {
      lines.removeAllListeners().close()
      errors.write('\n')
      then()
    }
    lines.once('line', (line) => end(() => resolve(line)))
    for (const event of ['SIGINT', 'close'] as const)
      lines.once(event, () => end(() => reject(new Interrupted('Nothing was changed.'))))
  })

/** What readline would show goes nowhere. */
const unseen = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

const firstLine = async ({ input }: Pick<Io, 'input'>): Promise<string> => {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) return line
  return ''
}
