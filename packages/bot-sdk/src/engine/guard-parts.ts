import { type AnyEventObject, type AnyMachineSnapshot, and } from 'xstate'
import type { GuardAnswer } from './watch.js'

/** A guard that `and`, `or` or `not` of XState has made of others. */
interface Composed {
  name: 'and' | 'or' | 'not'
  guards: readonly unknown[]
}

interface Asking {
  snapshot: AnyMachineSnapshot
  event: AnyEventObject
}

type PartAnswer = Required<Pick<GuardAnswer, 'part' | 'passed'>>

export const isComposed = (guard: unknown): guard is Composed =>
  typeof guard === 'function' && 'guards' in guard && Array.isArray(guard.guards)

/** The guards that one was made of, with their places from the outside in; none where it was made of no others. */
export const partsOf = (guard: unknown): readonly { guard: unknown; part: readonly number[] }[] =>
  isComposed(guard) ? guard.guards.flatMap((inner, index) => leavesOf(inner, [index])) : []

const leavesOf = (guard: unknown, part: readonly number[]): { guard: unknown; part: readonly number[] }[] =>
  isComposed(guard) ? guard.guards.flatMap((inner, index) => leavesOf(inner, [...part, index])) : [{ guard, part }]

/**
 * What the parts of a composed guard answer. XState does not tell it, so they are asked once more; a guard has to be pure,
 * as it is asked twice already where an event comes from outside.
 */
export function partAnswers(guard: unknown, asking: Asking): PartAnswer[] {
  if (!isComposed(guard)) return []
  const answers: PartAnswer[] = []
  try {
    passes(guard, [], asking, answers)
  } catch {
    // XState has told what it throws.
    return []
  }
  return answers
}

function passes(guard: unknown, part: readonly number[], asking: Asking, answers: PartAnswer[]): boolean {
  if (!isComposed(guard)) {
    const passed = ask(guard, asking)
    answers.push({ part, passed })
    return passed
  }
  const inner = (each: unknown, index: number) => passes(each, [...part, index], asking, answers)
  if (guard.name === 'and') return guard.guards.every(inner)
  if (guard.name === 'or') return guard.guards.some(inner)
  return !inner(guard.guards[0], 0)
}

/** XState has no other door to a guard that is named. */
function ask(guard: unknown, { snapshot, event }: Asking): boolean {
  const only = and([guard as never]) as unknown as { check(...args: unknown[]): boolean }
  return only.check(snapshot, { context: snapshot.context, event }, only)
}
