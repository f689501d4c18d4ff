/** More of a guard that has no name is not shown. */
const mostShown = 60

/** A guard for people: its name, else how it is written. */
export function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard
  if (typeof guard === 'function') return ofFunction(guard as GuardFunction)
  const { type } = guard as { type?: unknown }
  return typeof type === 'string' ? type : ofFunction(type as GuardFunction)
}

type GuardFunction = ((...args: never[]) => unknown) & { guards?: readonly unknown[] }

function ofFunction(guard: GuardFunction): string {
  // `and`, `or` and `not` of XState.
  if (guard.guards) return `${guard.name}(${guard.guards.map(guardName).join(', ')})`
  if (guard.name !== '' && guard.name !== 'guard') return guard.name
  const source = String(guard).replace(/\s+/g, ' ')
  return source.length > mostShown ? `${source.slice(0, mostShown)}…` : source
}
