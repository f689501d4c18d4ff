import type { EventObject, MachineContext } from 'xstate'
import { type Params, type SayAction, utter } from './utter.js'

/**
 * An action after which the bot waits before it says more, as a person would between two messages; `typing` is shown
 * meanwhile. The wait is a durable timer. The machine goes on at once; whatever it says next is said after that. When
 * somebody speaks, or the run ends, what still waits is said without delay.
 *
 * @param ms milliseconds, from 0
 * @throws RangeError
 * @example
 * entry: [say('Let me see.'), pause(1_500), say('There is a table at eight.')]
 */
export function pause<C extends MachineContext, X extends EventObject, P extends Params, E extends EventObject>(
  ms: number,
): SayAction<C, X, P, E> {
  if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`pause: ${ms} is not a number of milliseconds from 0`)
  return utter(() => ({ type: 'pause', ms }))
}

/**
 * An action that shows that the bot is writing, at once: before the turn is committed, and kept nowhere. Apps show it
 * until the next message, or for some seconds.
 *
 * @example
 * entry: typing(),
 * invoke: { id: 'look', src: 'look', onDone: 'found' }
 */
export function typing<
  C extends MachineContext,
  X extends EventObject,
  P extends Params,
  E extends EventObject,
>(): SayAction<C, X, P, E> {
  return utter(() => ({ type: 'typing' }))
}
