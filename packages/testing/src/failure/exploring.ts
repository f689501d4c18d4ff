import type { StateValue } from 'xstate'
import type { Problem } from './conversation-failure.js'

/** A bot that is explored has to do the same whenever the same happens. */
const impure =
  'It does not do the same each time: look for what is kept outside of its context, for Date.now() and Math.random()'

/** States are `undefined` where no run is going on. @param path as it is named, up to where it went elsewhere */
export const wentElsewhere = (
  id: string,
  path: string,
  expected: StateValue | undefined,
  actual: StateValue | undefined,
): Problem => ({
  message: `${id} stands elsewhere than when this path was found, after: ${path}. ${impure}.`,
  expected: expected === undefined ? 'no run' : JSON.stringify(expected),
  actual: actual === undefined ? 'no run' : JSON.stringify(actual),
  difference: { expected, actual },
})

export const saidOtherwise = (
  id: string,
  path: string,
  expected: readonly string[],
  actual: readonly string[],
): Problem => ({
  message: `${id} says something else than when this path was found, after: ${path}. ${impure}.`,
  expected: texts(expected),
  actual: texts(actual),
  difference: { expected, actual },
})

/** @param said all that the bot said there */
export const notAsExpected = (
  id: string,
  state: string,
  expected: string | RegExp,
  said: readonly string[],
): Problem => ({
  message: `${id} does not say in "${state}" what is expected there.`,
  expected: typeof expected === 'string' ? JSON.stringify(expected) : String(expected),
  actual: texts(said),
})

const texts = (all: readonly string[]): string =>
  all.length === 0 ? 'nothing' : all.map((text) => JSON.stringify(text)).join(', ')
