import { createInterface, type Interface } from 'node:readline'
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
  if (secret === '') throw new RangeError(`The ${what} is empty. Nothing was changed.`)
  return secret
}

const askTwice = async (what: string, { input, errors }: Pick<Io, 'input' | 'errors'>): Promise<string> => {
  const lines = createInterface({ input, output: unseen(), terminal: true, historySize: 0 })
  const ask = answers(lines, errors)
  try {
    const once = await ask(`The ${what}: `)
    if (once !== '' && once !== (await ask(`The ${what} again: `)))
      throw new RangeError('The two differ. Nothing was changed.')
    return once
  } finally {
    lines.close()
  }
}

/** Asks one question after the other. What is typed before it is asked for is kept for it. */
const answers = (lines: Interface, errors: Io['errors']): ((question: string) => Promise<string>) => {
  const typed = lines[Symbol.asyncIterator]()
  lines.on('SIGINT', () => lines.close())
  return async (question) => {
    errors.write(question)
    const { value, done } = await typed.next()
    errors.write('\n')
    if (done) throw new Interrupted('Nothing was changed.')
    return value
  }
}

/** What readline would show goes nowhere. */
const unseen = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

const firstLine = async ({ input }: Pick<Io, 'input'>): Promise<string> => {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) return line
  return ''
}
