import type { AnyActorRef, AnyStateMachine } from 'xstate'
import { isHandoff, type OpenHandoff, openHandoffOf } from '../composing/handoff.js'
import { everyActor } from './actor-tree.js'
import { isMachine, logicOf } from './xstate-internals.js'

/** The hand-overs that are going on under the root, each with its actor. */
export const handoffsUnder = (root: AnyActorRef): readonly (OpenHandoff & { actor: AnyActorRef })[] =>
  everyActor(root).flatMap((actor) => {
    const open = openHandoffOf(logicOf(actor), actor)
    return open ? [{ ...open, actor }] : []
  })

/** Whether the machine, or one that it is made of, may hand a conversation over. */
export const mayHandOver = (machine: AnyStateMachine): boolean => {
  const known = answers.get(machine)
  if (known !== undefined) return known
  // A machine that is made of itself adds nothing to the answer.
  answers.set(machine, false)
  const answer = Object.values(machine.implementations.actors).some(
    (logic) => isHandoff(logic as object) || (isMachine(logic as object) && mayHandOver(logic as AnyStateMachine)),
  )
  answers.set(machine, answer)
  return answer
}

const answers = new WeakMap<object, boolean>()
