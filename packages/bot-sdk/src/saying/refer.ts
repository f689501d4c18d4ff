import type { EventObject, MachineContext } from 'xstate'
import { type Text, written } from './text.js'
import { type Params, type SayAction, type SayArgs, utter } from './utter.js'

/**
 * What a reaction is about.
 *
 * @example
 * on: { order: { actions: react('👀', { to: ({ event }) => event.message.seq }) } }
 */
export interface ReactOptions<TArgs> {
  /** The `seq` of a message; by default the one that is being answered. */
  to?: (args: TArgs) => number
  /** Takes the reaction back. */
  removed?: true
}

/**
 * An action that reacts to a message, by default to the one that is being answered.
 *
 * @example
 * on: { message: { actions: react('👍') } }
 */
export function react<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  reaction: string,
  { to, removed }: ReactOptions<SayArgs<C, X, E>> = {},
): SayAction<C, X, P, E> {
  return utter((args) => ({ type: 'react', reaction, ...(to && { seq: to(args) }), ...(removed && { removed }) }))
}

/**
 * An action that has an earlier message of the bot read as another text.
 *
 * @param name what `say` was told as `as`, in the same run; the newest of that name. Where nothing was said so, the turn
 * fails
 * @example
 * entry: say('Looking …', { as: 'progress' }), exit: edit('progress', 'Found it.')
 */
export function edit<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  name: string,
  text: Text<SayArgs<C, X, E>, P>,
): SayAction<C, X, P, E> {
  return utter((args, params, choose) => ({ type: 'edit', name, text: written(text, args, params, choose) }))
}

/**
 * An action that takes an earlier message of the bot back: it is shown no more.
 *
 * @param name what `say` was told as `as`, in the same run; the newest of that name
 * @example
 * exit: unsend('progress')
 */
export function unsend<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  name: string,
): SayAction<C, X, P, E> {
  return utter(() => ({ type: 'unsend', name }))
}
