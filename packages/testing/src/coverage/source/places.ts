import type { Node, ObjectExpression } from '@babel/types'
import type { Target, TransitionTarget } from '../../machine/targets.js'
import type { BotCoverage } from '../merged.js'
import { elementOf, meantBy, type Named, objectOf, propertyOf } from './literals.js'
import type { WrittenMachine } from './machines-in.js'
import { writtenAs } from './written-as.js'

/** Where something stands in the author's sources. */
export interface Place {
  file: string
  /** Counted from 1. */
  line: number
}

/** Where the targets of a bot stand, by id. What can't be told for sure is not in it. */
export const placesOf = (
  { machines, counted }: BotCoverage,
  written: readonly WrittenMachine[],
): Map<string, Place> => {
  const places = new Map<string, Place>()
  const targets = counted.map(({ target }) => target)
  const transitions = new Map(targets.flatMap((each) => (each.kind === 'transition' ? [[each.id, each]] : [])))
  for (const machine of machines) {
    const own = targets.filter((target) => target.machine === machine.name)
    const isHost = machine.states.length === 0 && own.some(({ id }) => id.includes(' begins '))
    const source = writtenAs(machine, written, isHost ? 'conversations' : 'createMachine')
    if (!source) continue
    for (const target of own) {
      const line = isHost ? beginningIn(source, target) : nodeOf(source, target, transitions)
      if (line?.loc) places.set(target.id, { file: source.file, line: line.loc.start.line })
    }
  }
  return places
}

const nodeOf = (
  source: WrittenMachine,
  target: Target,
  transitions: ReadonlyMap<string, TransitionTarget>,
): Node | undefined => {
  switch (target.kind) {
    case 'state':
      return stateProperty(source, target.path)
    case 'transition':
      return transitionIn(source, target)
    case 'guard': {
      const transition = transitions.get(target.transition)
      return transition && guardIn(source, transition)
    }
    case 'choice':
      return source.actors && propertyOf(source.actors, target.question)
  }
}

const stateProperty = ({ config, named }: WrittenMachine, path: readonly string[]): Node | undefined => {
  const outer = stateIn(config, path.slice(0, -1), named)
  const states = outer && objectOf(propertyOf(outer, 'states')?.value, named)
  return states && propertyOf(states, path.at(-1) ?? '')
}

const stateIn = (config: ObjectExpression, path: readonly string[], named: Named): ObjectExpression | undefined =>
  path.reduce<ObjectExpression | undefined>((outer, name) => {
    const states = outer && objectOf(propertyOf(outer, 'states')?.value, named)
    return states && objectOf(propertyOf(states, name)?.value, named)
  }, config)

/** The property that has the transition alone, or its place in a list. */
const transitionIn = (source: WrittenMachine, target: TransitionTarget): Node | undefined => {
  const property = alternativesIn(source, target)
  const value = property && meantBy(property.value, source.named)
  return value?.type === 'ArrayExpression' ? elementOf(value, target.index) : elementOf(property, target.index)
}

const alternativesIn = ({ config, named }: WrittenMachine, { source, written }: TransitionTarget) => {
  const [kind = '', name, ending = ''] = written
  const state = stateIn(config, source, named)
  const property = state && propertyOf(state, kind)
  if (!property || name === undefined) return property
  const value = meantBy(property.value, named)
  const [object, key] = kind === 'invoke' ? [elementOf(value, Number(name)), ending] : [value, name]
  const found = objectOf(object, named)
  return found && propertyOf(found, key)
}

/** Its guard, where that is written in it; else the transition. */
const guardIn = (source: WrittenMachine, target: TransitionTarget): Node | undefined => {
  const transition = transitionIn(source, target)
  const object = objectOf(transition?.type === 'ObjectProperty' ? transition.value : transition, source.named)
  return (object && propertyOf(object, 'guard')) ?? transition
}

/** Of what holds conversations, the event among those that begin one. */
const beginningIn = ({ config, named }: WrittenMachine, target: Target): Node | undefined => {
  if (target.kind !== 'transition') return undefined
  const [conversation = '', event] = target.written
  const parts = objectOf(propertyOf(config, 'conversations')?.value, named)
  const part = parts && objectOf(propertyOf(parts, conversation)?.value, named)
  const on = part && meantBy(propertyOf(part, 'on')?.value, named)
  if (on?.type !== 'ArrayExpression') return undefined
  return on.elements.find((element) => element?.type === 'StringLiteral' && element.value === event) ?? undefined
}
