import type { CallSite } from './call-site.js'

/** What went wrong, in a sentence, with what was expected and what was found, as they are to be shown. */
export interface Problem {
  message: string
  expected?: string
  actual?: string
  /** What came that is most like what was expected, with why it did not count. */
  nearest?: string | undefined
  /** The two values themselves, where their difference tells something. */
  difference?: { expected: unknown; actual: unknown }
}

/**
 * A conversation did not go as the test says. The message tells how it went; `expected` and `actual` are there for the
 * runner to show their difference, and the stack begins at the line of the test.
 *
 * @example
 * // in the test of a test: what is never said
 * await expect(chat.user('ana').toHear('Goodbye.')).rejects.toThrow(ConversationFailure)
 */
export class ConversationFailure extends Error {
  override readonly name = 'ConversationFailure'
  // Only declared: where they are not given they must not be there, or a runner would show that they are undefined.
  declare readonly expected?: unknown
  declare readonly actual?: unknown

  /** @param situation how things stand: the transcript, states and time; empty where nothing stands any more */
  constructor(problem: Problem, situation: string, site: CallSite) {
    super([describe(problem), situation].filter((part) => part !== '').join('\n\n'))
    Object.assign(this, problem.difference)
    this.stack = `${this.name}: ${this.message}\n${site}`
  }
}

const describe = ({ message, expected, actual, nearest }: Problem): string =>
  [
    message,
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  got:      ${actual}`]),
    ...(nearest === undefined ? [] : [`  nearest:  ${nearest}`]),
  ].join('\n')
