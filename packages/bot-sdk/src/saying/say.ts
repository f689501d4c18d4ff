import type { EventObject, MachineContext } from 'xstate'
import { type Text, written } from './text.js'
import { type Params, type SayAction, type SayArgs, utter } from './utter.js'

/**
 * How a text is said.
 *
 * @example
 * entry: say('Looking …', { as: 'progress' }),
 * invoke: { id: 'look', src: 'look', onDone: { target: 'found', actions: unsend('progress') } }
 */
export interface SayOptions {
  /** Names the message, so that `edit` and `unsend` can speak of it as long as the conversation's run goes on. */
  as?: string
}

/**
 * An action that says `text` to the conversation. What a turn says is committed together with the state it leads to,
 * and in the order in which it was said.
 *
 * @param text what to say, or how to make it from context and event; of several texts one is said, the same one when the
 * turn is tried again
 * @example
 * entry: say(({ context }) => `Good evening, ${context.name}.`)
 * @example
 * entry: say(['Hello!', 'Hi!', 'Good to see you.'])
 */
export function say<
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TParams extends Params,
  TEvent extends EventObject,
>(
  text: Text<SayArgs<TContext, TExpressionEvent, TEvent>, TParams>,
  { as }: SayOptions = {},
): SayAction<TContext, TExpressionEvent, TParams, TEvent> {
  return utter((args, params, choose) => ({
    type: 'say',
    text: written(text, args, params, choose),
    ...(as !== undefined && { as }),
  }))
}
