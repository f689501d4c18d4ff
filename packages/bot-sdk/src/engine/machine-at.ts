import { type AnyStateMachine, createMachine, type StateValue } from 'xstate'

/** Where a run begins that does not begin at the beginning. */
export interface Start {
  state: StateValue
  /** What the machine makes of its input where it is absent. */
  context?: object | undefined
}

interface NodeConfig {
  initial?: unknown
  type?: string
  states?: Readonly<Record<string, NodeConfig>>
}

/**
 * The machine, but for where it begins: in this state, which is entered as by a transition to it. Its root is not: what
 * that says and does at the beginning has been said and done. The machine itself can restore what comes of it.
 *
 * @throws RangeError where there is no such state
 */
export function machineAt(machine: AnyStateMachine, { state, context }: Start): AnyStateMachine {
  const { config, implementations } = machine
  const { entry: _, ...begun } = beginningAt(config as NodeConfig, state, []) as NodeConfig & { entry?: unknown }
  const own = context === undefined ? {} : { context: () => structuredClone(context) }
  return createMachine({ ...begun, ...own } as never, implementations)
}

function beginningAt(node: NodeConfig, value: StateValue, path: readonly string[]): NodeConfig {
  const wanted: Readonly<Record<string, StateValue | undefined>> = typeof value === 'string' ? { [value]: {} } : value
  const states: Record<string, NodeConfig> = { ...node.states }
  for (const [name, inner] of Object.entries(wanted)) {
    const child = states[name]
    if (!child) throw noSuchState(name, path, Object.keys(states))
    states[name] = beginningAt(child, inner ?? {}, [...path, name])
  }
  const [first] = Object.keys(wanted)
  return { ...node, ...(node.states && { states }), ...(first !== undefined && isChosen(node) && { initial: first }) }
}

const isChosen = ({ type }: NodeConfig): boolean => type !== 'parallel'

const noSuchState = (name: string, path: readonly string[], states: readonly string[]): RangeError => {
  const where = path.length === 0 ? 'The machine' : `The state "${path.join('.')}"`
  return new RangeError(`${where} has no state "${name}", but ${states.join(', ') || 'none'}`)
}

/** @throws RangeError where the machine has no such state */
export const checkStart = (machine: AnyStateMachine, { state }: Start): void => {
  beginningAt(machine.config as NodeConfig, state, [])
}
