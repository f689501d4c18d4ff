import {
  type ActionArgs,
  type ActionFunction,
  type EventObject,
  emit,
  type MachineContext,
  type ParameterizedObject,
} from 'xstate'
import type { Around } from '../authoring/around.js'
import { aroundOf, runOf } from '../engine/actor-system.js'
import type { Said } from './said.js'
import type { Choose } from './text.js'

export type Params = ParameterizedObject['params'] | undefined

/**
 * What a function that makes words is given: what XState gives to an action, and for whom they are made.
 *
 * @example
 * const summary = ({ context, locale }: SayArgs<{ total: number }, Heard, Heard>): string =>
 *   `That makes ${context.total.toLocaleString(locale, { style: 'currency', currency: 'EUR' })}.`
 */
export type SayArgs<
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TEvent extends EventObject,
> = ActionArgs<TContext, TExpressionEvent, TEvent> & Around

/**
 * An action of a machine that says something.
 *
 * @example
 * const receipt: SayAction<{ total: number }, Heard, undefined, Heard> = say(({ context }) => `${context.total} euros.`)
 */
export type SayAction<
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TParams extends Params,
  TEvent extends EventObject,
> = ActionFunction<TContext, TExpressionEvent, TEvent, TParams, never, never, never, never, Said>

/** Makes an action that says what `make` makes, in the place among all that is said where it was made. */
export function utter<
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TParams extends Params,
  TEvent extends EventObject,
>(
  make: (args: SayArgs<TContext, TExpressionEvent, TEvent>, params: TParams, choose: Choose) => Said,
): SayAction<TContext, TExpressionEvent, TParams, TEvent> {
  return emit<TContext, TExpressionEvent, TParams, TEvent, Said>((args, params) => {
    const { context, event, self, system } = args
    const { locale, language, timeZone, now } = aroundOf(system)
    const run = runOf(system)
    const given = { context, event, self, system, locale, language, timeZone, now }
    const said = make(given, params, run ? (from) => run.keys.choose(from) : first)
    run?.spoken.stamp(said)
    return said
  })
}

/** Where a machine runs by itself, as in a test of it. */
const first: Choose = ([variant]) => variant
