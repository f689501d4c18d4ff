import { guardName, type MachineNode, type NodeTransition, type StatePath } from '@daakia/bot-sdk/internal'
import { formatMs } from '../time/duration.js'
import { workName } from './actor-name.js'

/** A state for people. */
export const nameOfPath = (path: StatePath): string => path.join('.') || '(root)'

/** How a transition stands in the configuration of its state. */
interface Written {
  /** What it is taken at, as an author would say it. */
  event: string
  /** The names of the properties that lead to it and its alternatives. */
  path: readonly string[]
}

export const asWritten = ({ source, eventType }: Pick<NodeTransition, 'source' | 'eventType'>): Written => {
  if (eventType === '') return { event: 'always', path: ['always'] }
  if (eventType === `xstate.done.state.${source.id}`) return { event: 'onDone', path: ['onDone'] }
  return ofInvoked(source, eventType) ?? ofDelay(source, eventType) ?? { event: eventType, path: ['on', eventType] }
}

const endings = { onDone: 'xstate.done.actor.', onError: 'xstate.error.actor.', onSnapshot: 'xstate.snapshot.' }

const ofInvoked = ({ invoke }: MachineNode, type: string): Written | undefined => {
  for (const [name, prefix] of Object.entries(endings)) {
    const index = invoke.findIndex(({ id }) => type === `${prefix}${id}`)
    if (index >= 0)
      return { event: `${name} of ${workName(invoke[index]?.id ?? '')}`, path: ['invoke', String(index), name] }
  }
  return undefined
}

const ofDelay = ({ id }: MachineNode, type: string): Written | undefined => {
  const [before, after] = ['xstate.after.', `.${id}`]
  if (!type.startsWith(before) || !type.endsWith(after)) return undefined
  const delay = type.slice(before.length, -after.length)
  return { event: `after ${/^\d+(\.\d+)?$/.test(delay) ? formatMs(Number(delay)) : delay}`, path: ['after', delay] }
}

/** A guard as targets are named: one without a name has a function for its text, which changes too easily for that. */
export const shortGuard = (guard: unknown): string => {
  const { name, guards } = guard as { name?: string; guards?: readonly unknown[] }
  if (guards) return `${name}(${guards.map(shortGuard).join(', ')})`
  return isNamed(guard) ? guardName(guard) : 'its guard'
}

const isNamed = (guard: unknown): boolean =>
  typeof guard === 'string' || (typeof guard === 'object' && typeof (guard as { type?: unknown }).type === 'string')
