import type { AnyStateNode, StateValue } from 'xstate'

/** Why a machine can never be in a state, with those that it has there; `undefined` where it can. */
export const unknownState = (node: AnyStateNode, value: StateValue): string | undefined => {
  const wanted: [string, StateValue | undefined][] =
    typeof value === 'string' ? [[value, undefined]] : Object.entries(value)
  for (const [name, inner] of wanted) {
    const child = node.states[name]
    if (!child) return noSuchState(node, name)
    const fault = inner === undefined ? undefined : unknownState(child, inner)
    if (fault !== undefined) return fault
  }
  return undefined
}

const noSuchState = ({ path, states }: AnyStateNode, name: string): string => {
  const where = path.length === 0 ? 'Its machine' : `Its state "${path.join('.')}"`
  return `${where} has no state "${name}", but ${Object.keys(states).join(', ') || 'none'}`
}
