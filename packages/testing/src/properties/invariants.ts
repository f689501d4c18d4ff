import { isAside } from '@daakia/protocol'
import type { SceneChat } from '../scene/scene-chat.js'
import type { History } from './history.js'

/**
 * Something that holds at any time, whatever people do. It does not where this answers `false`, or a text that says what is
 * wrong, or throws.
 *
 * @example
 * const nobodyOrdersTooMuch: Invariant = ({ messages, text }) => !messages.some((message) => /\d{3} pizzas/.test(text(message)))
 */
export type Invariant = (history: History) => Verdict | Promise<Verdict>

type Verdict = boolean | string | undefined

/**
 * What holds of any bot, unless it is named in `except`.
 *
 * @example
 * const except: BuiltInInvariant[] = ['every message is answered']
 */
export type BuiltInInvariant = keyof typeof builtIn

type Check = (history: History, chat: SceneChat) => string | undefined

/** Each says what is wrong. */
export const builtIn = {
  'every message is answered': ({ messages, answers, by, deed }) => {
    const asked = messages.findLast(({ from }) => from === by)
    if (by === undefined || !asked || isAside(asked.type)) return undefined
    const isAnswered = answers.some(({ conversation, seq }) => conversation === asked.conversation && seq > asked.seq)
    return isAnswered ? undefined : `nobody answers "${deed}"`
  },
  'no message is answered twice': ({ answers, by, text, deed }) => {
    if (by === undefined) return undefined
    const same = answers.find((answer, at) =>
      answers.slice(at + 1).some((other) => isSame(answer, other) && text(answer) === text(other)),
    )
    return same && `${same.from} answers "${deed}" twice with ${JSON.stringify(text(same))}`
  },
  'no bot is stuck': (_, { scene }) => {
    for (const bot of scene.bots.values())
      for (const standing of scene.standings(bot.id)) {
        const { state, conversation } = standing
        if (state?.status === 'parked') return `${bot.id} is parked in ${conversation}`
        if (bot.isStuckIn(standing))
          return `${bot.id} is in ${JSON.stringify(state?.value)} in ${conversation}, where it accepts nothing and waits for nothing`
      }
    return undefined
  },
  'no message is given up': (_, { scene }) => {
    for (const bot of scene.bots.values())
      for (const { cause, seq, conversation } of bot.watch.givenUp)
        return `${bot.id} has given up ${seq === undefined ? 'a timer' : `message ${seq}`} of ${conversation}: ${cause}`
    return undefined
  },
} as const satisfies Record<string, Check>

/** @throws RangeError where there is none of that name */
export const checkBuiltIn = (name: string): void => {
  if (!Object.hasOwn(builtIn, name))
    throw new RangeError(`except: there is no "${name}", but ${Object.keys(builtIn).join(', ')}`)
}

const isSame = (one: { from: string; conversation: string }, other: { from: string; conversation: string }): boolean =>
  one.from === other.from && one.conversation === other.conversation

/** What does not hold, by its name, and what is wrong. */
export interface Violation {
  invariant: string
  problem: string
}

export interface Invariants {
  invariants?: Readonly<Record<string, Invariant>> | undefined
  except?: readonly BuiltInInvariant[] | undefined
}

/** The first thing that does not hold; `undefined` where all does. */
export const violationIn = async (
  history: History,
  chat: SceneChat,
  { invariants = {}, except = [] }: Invariants,
): Promise<Violation | undefined> => {
  for (const [invariant, check] of Object.entries<Check>(builtIn)) {
    const problem = except.includes(invariant as BuiltInInvariant) ? undefined : check(history, chat)
    if (problem !== undefined) return { invariant, problem }
  }
  for (const [invariant, check] of Object.entries(invariants)) {
    const problem = await problemOf(check, history)
    if (problem !== undefined) return { invariant, problem }
  }
  return undefined
}

const problemOf = async (check: Invariant, history: History): Promise<string | undefined> => {
  try {
    const answer = await check(history)
    if (typeof answer === 'string') return answer
    return answer === false ? `it is not so after "${history.deed}"` : undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
