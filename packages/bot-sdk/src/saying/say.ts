import {
  type ActionArgs,
  type ActionFunction,
  type EventObject,
  emit,
  type MachineContext,
  type ParameterizedObject,
} from 'xstate'
import { runOf } from '../engine/actor-system.js'

/** What a machine emits when it speaks. */
export interface Said {
  type: 'say'
  text: string
}

type Params = ParameterizedObject['params'] | undefined

/**
 * An action that says `text` to the conversation. What a turn says is committed together with the state it leads to,
 * and in the order in which it was said.
 *
 * @param text what to say, or how to make it from context and event
 * @example
 * entry: say(({ context }) => `Good evening, ${context.name}.`)
 */
export function say<
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TParams extends Params,
  TEvent extends EventObject,
>(
  text: string | ((args: ActionArgs<TContext, TExpressionEvent, TEvent>, params: TParams) => string),
): ActionFunction<TContext, TExpressionEvent, TEvent, TParams, never, never, never, never, Said> {
  return emit<TContext, TExpressionEvent, TParams, TEvent, Said>((args, params) => {
    const said: Said = { type: 'say', text: typeof text === 'string' ? text : text(args, params) }
    runOf(args.system)?.spoken.stamp(said)
    return said
  })
}
