import type { Bot } from '@daakia/bot-sdk'
import type { Saying } from '@daakia/client-sdk'
import type { AnyStateMachine } from 'xstate'
import type { Chat, User } from '../chat.js'
import type { HarnessOptions } from '../harness-options.js'
import type { KnownChoiceOf } from '../machine/machine-types.js'
import type { EventTypeOf, OutcomesOf } from './types-of.js'

/**
 * What explored paths are to reach: each state; each transition; each transition and both answers of each guard; or each
 * transition after each other one that can come before it.
 *
 * @example
 * const goal: Goal = 'transitions'
 * explore(order, { goal, events: { message: ['hello'] }, expect: { asking: 'How many?' } })
 */
export type Goal = 'states' | 'transitions' | 'guards' | 'pairs'

/**
 * What a driver has at hand: what people do, both while paths are looked for and while they are played.
 *
 * @example
 * const chooses = (person: Person, size: string) => person.presses(size)
 */
export interface Person<TMachine extends AnyStateMachine = AnyStateMachine> {
  readonly name: string
  says(saying: Saying): Promise<void>
  presses(choice: KnownChoiceOf<TMachine> | (string & {}) | number | boolean): Promise<void>
  fills(values: Readonly<Record<string, unknown>>): Promise<void>
}

/**
 * What has just happened on a path that is played.
 *
 * @example
 * const answers = (_: User, { said }: Moment) => expect(said.at(-1)).toMatch(/\?$/)
 */
export interface Moment<TMachine extends AnyStateMachine = AnyStateMachine> {
  readonly chat: Chat<TMachine>
  /** What the person did: `says "two"`, or `waits 10m`. */
  readonly act: string
  /** What was said to them for it, as text. */
  readonly said: readonly string[]
}

/**
 * What is right in a state: a text, or a pattern, is among what the bot says; or a function checks it. What that does not
 * hear does not fail the test.
 *
 * @example
 * const asks: Expectation = /\?$/
 * const asksOnce: Expectation = async (ana) => {
 *   await ana.toHear('How many?')
 *   await ana.toHearNothing()
 * }
 */
export type Expectation<TMachine extends AnyStateMachine = AnyStateMachine> =
  | string
  | RegExp
  | ((user: User<TMachine>, moment: Moment<TMachine>) => unknown)

/**
 * How far paths are looked for. What is not reached within is told, with the limit that was in the way.
 *
 * @example
 * const limit: Limit = { depth: 20, seconds: 60 }
 */
export interface Limit {
  /** The most that happens on one path. 30 by default. */
  depth?: number
  /** The most situations that are looked at. 10,000 by default. */
  situations?: number
  /** The most paths that are played. 100 by default. */
  paths?: number
  /** Seconds that the search may work; where it waits, ten times as many pass. 10 by default. */
  seconds?: number
}

/** What is given of each event of a machine. */
export type EventValues<TMachine extends AnyStateMachine> = {
  readonly [TType in EventTypeOf<TMachine>]?: readonly unknown[]
}

/**
 * What happens in conversations with a bot, and what is right then.
 *
 * @example
 * explore(order, {
 *   goal: 'transitions',
 *   events: { message: ['hello', 'two large ones', 'yes'], cancel: ['cancel'] },
 *   expect: { asking: /\?$/, paying: /^That makes/ },
 * })
 */
export interface ExploreOptions<TMachine extends AnyStateMachine, TEvents extends EventValues<TMachine>> {
  goal: Goal
  /**
   * Values of each event, by its type: what people say that leads to it, or whatever its driver makes of it.
   *
   * @example
   * const events: EventValues<typeof machine> = { message: ['hello', 'yes'], action: [{ size: 'large' }], cancel: ['cancel'] }
   */
  events: TEvents & { readonly [TType in Exclude<keyof TEvents, EventTypeOf<TMachine>>]: never }
  /**
   * What a person does that leads to an event. A text is said where there is no driver.
   *
   * @example
   * explore(order, {
   *   goal: 'states',
   *   events: { action: [{ size: 'large' }] },
   *   drive: { action: (person, values) => person.fills(values) },
   *   expect: { asking: 'How many?' },
   * })
   */
  drive?: { readonly [TType in keyof TEvents]?: (person: Person<TMachine>, value: ValueIn<TEvents[TType]>) => unknown }
  /** How the work of actors ends: of promises and hand-overs, by the names under which `setup` has them. */
  outcomes?: OutcomesOf<TMachine>
  /**
   * What is right in each state, by its name; an inner state as `outer.inner`, one of a machine that is an actor as
   * `actor.state`. It is checked after each thing that happens and leaves the bot there. The end of each path has to be in
   * one of these.
   */
  expect: { readonly [state: string]: Expectation<TMachine> }
  limit?: Limit
  /** Of two situations for which it answers the same, as JSON, one is looked at. All that is stored counts by default. */
  key?: (state: { value: unknown; context: unknown; children: Readonly<Record<string, unknown>> }) => unknown
  /** Of the harness on which paths are played. */
  harness?: Pick<HarnessOptions<TMachine>, 'seed' | 'startsAt' | 'stuckAfterMs'>
}

/** Options of whatever machine it is. */
// biome-ignore lint/suspicious/noExplicitAny: the types of events and states have done their work
export type AnyOptions = ExploreOptions<any, any>

export type ValueIn<TValues> = TValues extends readonly (infer TValue)[] ? TValue : never

/** What can be explored: a bot, or its machine alone. */
export type Explored<TMachine extends AnyStateMachine> = Bot<TMachine> | TMachine
