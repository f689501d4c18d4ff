import type { CallSite } from './call-site.js'

/** What went wrong, in a sentence; the two values where they can be compared. */
export interface Problem {
  message: string
  expected?: string
  actual?: string
}

/**
 * A conversation did not go as the test says. The message tells how it went; `expected` and `actual` are there for the
 * runner to show their difference, and the stack begins at the line of the test.
 */
export class ConversationFailure extends Error {
  override readonly name = 'ConversationFailure'
  readonly expected?: string
  readonly actual?: string

  /** @param situation how things stand: the transcript, states and time */
  constructor(problem: Problem, situation: string, site: CallSite) {
    super([describe(problem), situation].join('\n\n'))
    if (problem.expected !== undefined) this.expected = problem.expected
    if (problem.actual !== undefined) this.actual = problem.actual
    this.stack = `${this.name}: ${this.message}\n${site}`
  }
}

const describe = ({ message, expected, actual }: Problem): string =>
  [
    message,
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  got:      ${actual}`]),
  ].join('\n')
