import type { ObjectExpression } from '@babel/types'
import type { DrawnMachine } from '../collected.js'
import { namesIn, objectOf, propertyOf } from './literals.js'
import type { WrittenMachine } from './machines-in.js'

/**
 * Where a machine is written: what has its id, else what has none or makes it up, and in either case its states.
 * `undefined` where that is nowhere, or may be in several places.
 */
export const writtenAs = (
  machine: DrawnMachine,
  written: readonly WrittenMachine[],
  by: WrittenMachine['by'],
): WrittenMachine | undefined => {
  const like = written.filter((each) => each.by === by && (by === 'conversations' || hasStatesOf(machine, each)))
  const named = like.filter(({ id }) => id !== undefined && id === machine.id)
  const [only, ...others] = named.length > 0 ? named : like.filter(({ id }) => id === undefined)
  return others.length === 0 ? only : undefined
}

const hasStatesOf = ({ states }: DrawnMachine, { config, named }: WrittenMachine): boolean => {
  const agree = (node: ObjectExpression, path: readonly string[]): boolean => {
    const inner = states.filter((state) => isIn(state.path, path)).map((state) => state.path.at(-1) ?? '')
    const literal = objectOf(propertyOf(node, 'states')?.value, named)
    // Of states that are written elsewhere nothing is known: for all of a machine that is too little.
    if (!literal) return inner.length === 0 || (path.length > 0 && !isWrittenOut(node))
    const { names, isAll } = namesIn(literal)
    if (names.length === 0 || (isAll && names.length !== inner.length)) return false
    return names.every((name) => inner.includes(name) && agreeIn(literal, name, path))
  }
  const agreeIn = (literal: ObjectExpression, name: string, path: readonly string[]): boolean => {
    const state = objectOf(propertyOf(literal, name)?.value, named)
    return !state || agree(state, [...path, name])
  }
  return agree(config, [])
}

/** Whether all of a state is there, and no states are. */
const isWrittenOut = (node: ObjectExpression): boolean =>
  namesIn(node).isAll && propertyOf(node, 'states') === undefined

const isIn = (path: readonly string[], outer: readonly string[]): boolean =>
  path.length === outer.length + 1 && outer.every((name, index) => path[index] === name)
