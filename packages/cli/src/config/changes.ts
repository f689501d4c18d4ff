import { isDeepStrictEqual } from 'node:util'
import type { DaakiaConfig } from './daakia-config.js'
import { type Fields, isFields } from './objects.js'

/** Fields, or groups of them, that change while the server runs. */
export const reloadable: readonly string[] = [
  'access',
  'limits',
  'retention',
  'authentication',
  'listen.origins',
  'log.level',
]

export interface Changes {
  /** Such as `limits.perClient.connections`. */
  taken: string[]
  /** Those that only a restart changes. */
  waiting: string[]
  /** What is used from now on. */
  config: DaakiaConfig
}

/** What becomes of a configuration that is used when another one is wanted. */
export const changesBetween = (used: DaakiaConfig, wanted: DaakiaConfig): Changes => {
  const taking = reloadableBetween(used, wanted)
  const changed = pathsThatDiffer(used, wanted, '')
  const isTaken = (path: string) => taking.some((each) => path === each || path.startsWith(`${each}.`))
  return {
    taken: changed.filter(isTaken),
    waiting: changed.filter((path) => !isTaken(path)),
    config: taking.reduce<Fields>((config, path) => replace(config, wanted as Fields, path.split('.')), used as Fields),
  }
}

/** Who gets in without a password is settled when the server starts. */
const reloadableBetween = (used: DaakiaConfig, wanted: DaakiaConfig): readonly string[] =>
  used.dev || wanted.dev ? reloadable.filter((path) => path !== 'authentication') : reloadable

const replace = (base: Fields, from: Fields, [name = '', ...path]: readonly string[]): Fields =>
  path.length === 0
    ? { ...base, [name]: from[name] }
    : { ...base, [name]: replace(fieldsOf(base[name]), fieldsOf(from[name]), path) }

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

const pathsThatDiffer = (before: unknown, after: unknown, path: string): string[] => {
  if (isDeepStrictEqual(before, after)) return []
  if (!isFields(before) || !isFields(after)) return [path]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    pathsThatDiffer(before[name], after[name], path === '' ? name : `${path}.${name}`),
  )
}
