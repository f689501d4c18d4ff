import { type AnyStateMachine, createMachine } from 'xstate'

/** Where a run is that has begun and has not entered its initial state. */
const before = 'daakia.before-the-initial-state'

/**
 * The machine, but for where it begins: its root has been entered and its initial state has not, so that only a
 * transition of the root leads anywhere. What it is from then on the machine itself can restore. `undefined` where there
 * is no such place: the regions of a parallel root begin together.
 */
export function asideMachine(machine: AnyStateMachine): AnyStateMachine | undefined {
  if (machine.root.type === 'parallel') return undefined
  if (machine.root.type === 'atomic') return machine
  const { config, implementations } = machine
  return createMachine(
    { ...config, initial: before, states: { ...config.states, [before]: {} } } as never,
    implementations,
  )
}

/** Whether a state value is that of a run which no transition has led anywhere. */
export const isBeforeInitial = (value: unknown): boolean => value === before
