import { guardName, type MachineNode, type NodeTransition, type StatePath } from '@daakia/bot-sdk/internal'
import { formatMs } from '../time/duration.js'

/** A state for people. */
export const nameOfPath = (path: StatePath): string => path.join('.') || '(root)'

/** What a transition is taken at, as an author would write it. */
export const nameOfEvent = ({ source, eventType }: Pick<NodeTransition, 'source' | 'eventType'>): string => {
  if (eventType === '') return 'always'
  if (eventType === `xstate.done.state.${source.id}`) return 'onDone'
  return ofInvoked(source, eventType) ?? ofDelay(source, eventType) ?? eventType
}

const ofInvoked = ({ invoke }: MachineNode, type: string): string | undefined => {
  for (const { id } of invoke) {
    if (type === `xstate.done.actor.${id}`) return `onDone of ${id}`
    if (type === `xstate.error.actor.${id}`) return `onError of ${id}`
    if (type === `xstate.snapshot.${id}`) return `onSnapshot of ${id}`
  }
  return undefined
}

const ofDelay = ({ id }: MachineNode, type: string): string | undefined => {
  const [before, after] = ['xstate.after.', `.${id}`]
  if (!type.startsWith(before) || !type.endsWith(after)) return undefined
  const delay = type.slice(before.length, -after.length)
  return `after ${/^\d+(\.\d+)?$/.test(delay) ? formatMs(Number(delay)) : delay}`
}

/** A guard as targets are named: one without a name has a function for its text, which changes too easily for that. */
export const shortGuard = (guard: unknown): string => {
  const { name, guards } = guard as { name?: string; guards?: readonly unknown[] }
  if (guards) return `${name}(${guards.map(shortGuard).join(', ')})`
  return isNamed(guard) ? guardName(guard) : 'its guard'
}

const isNamed = (guard: unknown): boolean =>
  typeof guard === 'string' || (typeof guard === 'object' && typeof (guard as { type?: unknown }).type === 'string')
