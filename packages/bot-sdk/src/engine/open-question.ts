import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import { type QuestionTraits, questionOf } from '../asking/questions.js'
import { childrenOf } from './actor-tree.js'
import { logicOf } from './xstate-internals.js'

/** A question that waits for its answer. */
export interface OpenQuestion {
  readonly actor: AnyActorRef
  readonly traits: QuestionTraits
}

/** The newest and deepest question under an actor, which is the one that was asked last. */
export function openQuestion(actor: AnyActorRef): OpenQuestion | undefined {
  for (const [, child] of childrenOf(actor).toReversed()) {
    const question = openQuestion(child) ?? asQuestion(child)
    if (question) return question
  }
  return undefined
}

function asQuestion(actor: AnyActorRef): OpenQuestion | undefined {
  const traits = isActive(actor) ? questionOf(logicOf(actor)) : undefined
  return traits && { actor, traits }
}

export const isActive = (actor: AnyActorRef): boolean =>
  (actor.getSnapshot() as Partial<AnyMachineSnapshot> | undefined)?.status === 'active'

/** What it is known by in the machine that asks. */
export const nameOf = ({ actor }: OpenQuestion): string => String(actor.src)
