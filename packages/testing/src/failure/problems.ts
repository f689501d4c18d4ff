import type { Message } from '@daakia/client-sdk'
import type { StateValue } from 'xstate'
import type { Shortfall } from '../coverage/figures.js'
import type { Anomaly } from '../delivery/anomaly.js'
import { namesOf } from '../scene/fits.js'
import type { Scheduled } from '../scene/scheduled.js'
import { formatMs } from '../time/duration.js'
import { type CallSite, lineOf } from './call-site.js'
import type { Problem } from './conversation-failure.js'
import { textOf } from './text-of.js'

/** @param next what is due next; `undefined` where nothing is */
export const heardNothing = (
  name: string,
  expected: string | RegExp,
  { next, nearest }: { next: string | undefined; nearest: string | undefined },
): Problem => ({
  message: `${name} heard nothing. ${next === undefined ? 'No timer waits that could bring more' : `Not yet: ${next}`}.`,
  expected: written(expected),
  nearest,
})

/** @param begin how somebody would speak first, as it is to be written */
export const heardNothingYet = (name: string, expected: readonly (string | RegExp)[], begin: string): Problem => ({
  message: `${name} heard nothing. A bot speaks when it is spoken to, and nobody has spoken in a conversation of ${name} yet: begin with ${begin}, or in another state, with the option startAt.`,
  expected: expected.map(written).join(', '),
})

export const heardOther = (
  name: string,
  expected: string | RegExp,
  message: Message,
  nearest: string | undefined,
): Problem => {
  const actual = textOf(message)
  const shown = { expected: written(expected), actual: written(actual), nearest }
  const isPart = typeof expected === 'string' && namesOf(message).some((text) => text.includes(expected))
  const hint = isPart ? ' A text is compared as a whole: where a part of it will do, give a pattern.' : ''
  const problem = { message: `${name} heard something else.${hint}`, ...shown }
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
  return { message: `The test ends, and did not hear all that was said: ${told}. Expect it, or ignore the rest.` }
}

/** What was to happen to packets that never came. */
export const neverCame = (armed: readonly { name: string; does: string; kind: string; from: string }[]): Problem => {
  const told = armed.map(({ name, does, kind, from }) => `${name} ${does} a ${kind} from the ${from}`)
  return { message: `The test ends, and no packet came that was to get into trouble: ${told.join('; ')}.` }
}

export const wrongDelivery = (anomalies: readonly Anomaly[]): Problem => ({ message: describedAnomalies(anomalies) })

export const describedAnomalies = (anomalies: readonly Anomaly[]): string =>
  ['Not all of it came as it should:', ...anomalies.map(({ kind, text }) => `  ${kind}: ${text}`)].join('\n')

interface Forgotten {
  name: string
  site: CallSite
}

/** What the test does not wait for, as one more sentence. */
export const notAwaited = ({ name, site }: Forgotten): string => `Nobody awaits ${name}, at ${lineOf(site)}.`

/** What a chat has to say at its end would be said to nobody. */
export const leftOpen: Problem = {
  message:
    'The test ends, and its chat is open: write "await using chat = await harness(…)", or end it with chat.close().',
}

export const forgotAwait = ({ name }: Forgotten): Problem => ({
  message: `The test forgets to await: write "await ${name}(…)".`,
})

/**
 * States are `undefined` where no run is going on.
 *
 * @param unknown why the bot can never be in the one that is expected
 */
export const inOtherState = (
  id: string,
  expected: StateValue | undefined,
  actual: StateValue | undefined,
  unknown?: string,
): Problem => ({
  message: `${id} is in another state.${unknown === undefined ? '' : ` ${unknown}.`}`,
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

/** @param shortfalls the figures that are too low, one at least */
export const coversLess = (id: string, shortfalls: readonly Shortfall[]): Problem => ({
  message: [`This chat covers less of ${id} than it is to.`, ...shortfalls.flatMap(describedShortfall)].join('\n'),
})

const describedShortfall = ({ figure, percent, threshold, missed }: Shortfall): string[] => [
  `  ${percent} % of its ${figure}, and is to cover ${threshold} %. Never reached:`,
  ...missed.map(({ id }) => `    ${id}`),
]

/** @param why it did not count */
export const nearText = (message: Message, why: string): string => `${written(textOf(message))} (${why})`

const written = (expected: string | RegExp): string =>
  typeof expected === 'string' ? JSON.stringify(expected) : String(expected)
