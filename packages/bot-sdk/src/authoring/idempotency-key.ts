import type { AnyActorRef } from 'xstate'
import { runOf } from '../engine/actor-system.js'

/**
 * A key for work that reaches outside, such as a payment: the same one when a turn failed or its process died and the
 * work is done again, another one for other work. Hand it to whoever does the work.
 *
 * Outside of a conversation, as in a test of the machine alone, it is made of the actor's id.
 *
 * @param self the invoked actor itself
 * @example
 * actors: { charge: fromPromise(({ input, self }) => pay(input, { idempotencyKey: idempotencyKey(self) })) }
 */
export const idempotencyKey = (self: AnyActorRef): string => runOf(self.system)?.keys.of(self) ?? `local:${self.id}`
