import { isDeepStrictEqual } from 'node:util'
import { isFields } from './objects.js'

/** Fields, or groups of them, that change while the server runs. */
const reloadable = ['access', 'limits', 'authentication', 'listen.origins', 'log.level']

export interface Changes {
  /** Such as `limits.perClient.connections`. */
  taken: string[]
  /** Those that only a restart changes. */
  waiting: string[]
}

/** What is another in one configuration than in the other. */
export const changesBetween = (before: object, after: object): Changes => {
  const changed = pathsThatDiffer(before, after, '')
  const isTaken = (path: string) => reloadable.some((each) => path === each || path.startsWith(`${each}.`))
  return { taken: changed.filter(isTaken), waiting: changed.filter((path) => !isTaken(path)) }
}

const pathsThatDiffer = (before: unknown, after: unknown, path: string): string[] => {
  if (isDeepStrictEqual(before, after)) return []
  if (!isFields(before) || !isFields(after)) return [path]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    pathsThatDiffer(before[name], after[name], path === '' ? name : `${path}.${name}`),
  )
}
