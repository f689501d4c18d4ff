import type { Message } from '@daakia/client-sdk'
import type { StateValue } from 'xstate'
import type { Scheduled } from '../scene/scheduled.js'
import { formatMs } from '../time/duration.js'
import type { Problem } from './conversation-failure.js'
import { textOf } from './text-of.js'

/** @param nextDue how long it is to the next thing that is due; `undefined` where nothing is */
export const heardNothing = (name: string, expected: string | RegExp, nextDue: string | undefined): Problem => ({
  message: `${name} heard nothing.${nextDue ? ` Something is due in ${nextDue}.` : ''}`,
  expected: written(expected),
})

export const heardOther = (name: string, expected: string | RegExp, message: Message): Problem => {
  const actual = textOf(message)
  const problem = { message: `${name} heard something else.`, expected: written(expected), actual: written(actual) }
  return typeof expected === 'string' ? { ...problem, difference: { expected, actual } } : problem
}

export const heardFromOther = (name: string, expected: string, message: Message): Problem => ({
  message: `${name} heard ${written(textOf(message))} from somebody else.`,
  expected: `from ${expected}`,
  actual: `from ${message.from}`,
})

/** @param missing what was expected and none of them was; `others`: what was heard and not expected */
export const heardOthers = (
  name: string,
  missing: readonly (string | RegExp)[],
  others: readonly Message[],
): Problem => ({
  message: `${name} did not hear all of it.`,
  expected: missing.map(written).join(', '),
  actual: others.length === 0 ? 'nothing else' : others.map((message) => written(textOf(message))).join(', '),
})

/** @param at when it was heard, as it is to be shown */
export const brokeSilence = (name: string, forMs: number, message: Message, at: string): Problem => ({
  message: `${name} was to hear nothing${forMs > 0 ? ` for ${formatMs(forMs)}` : ''}.`,
  actual: `${written(textOf(message))} at ${at}`,
})

export const leftUnheard = (users: readonly { name: string; unheard: readonly Message[] }[]): Problem => {
  const told = users.map(({ name, unheard }) => `${unheard.length} to ${name}`).join(', ')
  return { message: `The test ends, and did not hear all that was said: ${told}.` }
}

/** States are `undefined` where no run is going on. */
export const inOtherState = (
  id: string,
  expected: StateValue | undefined,
  actual: StateValue | undefined,
): Problem => ({
  message: `${id} is in another state.`,
  expected: expected === undefined ? 'no run' : JSON.stringify(expected),
  actual: actual === undefined ? 'no run' : JSON.stringify(actual),
  difference: { expected, actual },
})

/** @param wanted without `what`: nothing is to be scheduled; without `inMs`: whenever it is due */
export const scheduledOtherwise = (
  id: string,
  { what, inMs }: { what: string | undefined; inMs: number | undefined },
  scheduled: readonly Scheduled[],
): Problem => ({
  message: `${id} has scheduled ${scheduled.length === 0 ? 'nothing' : 'something else'}.`,
  expected: what === undefined ? 'nothing' : `${what}${inMs === undefined ? '' : `, in ${formatMs(inMs)}`}`,
  actual: scheduled.map(({ text, inMs: due }) => `${text}, in ${formatMs(due)}`).join('; ') || 'nothing',
})

const written = (expected: string | RegExp): string =>
  typeof expected === 'string' ? JSON.stringify(expected) : String(expected)
