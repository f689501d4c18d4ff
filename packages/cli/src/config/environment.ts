import { nearest } from './did-you-mean.js'
import { type Fields, merge } from './objects.js'
import { ConfigError, problemIn } from './problems.js'
import { readScalar, type ScalarField, scalarFields } from './scalars.js'

export type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'DAAKIA_'

/** What environment variables say. An empty one says nothing. @throws ConfigError */
export const readEnvironment = async (environment: Environment): Promise<Fields> => {
  const fields = scalarFields()
  const problems = misspelt(environment, fields)
  let config: Fields = {}
  for (const field of fields) {
    const text = environment[field.variable]
    if (!text) continue
    const read = readScalar(field, text)
    if ('config' in read) config = merge(config, read.config)
    else problems.push(...read.issues.map((issue) => problemIn(field.variable, issue)))
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Other programs may have variables that begin like ours; what is nearly one of ours is taken for a slip. */
const misspelt = (environment: Environment, fields: readonly ScalarField[]): string[] => {
  const known = fields.map(({ variable }) => variable.slice(prefix.length))
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && name !== `${prefix}CONFIG` && environment[name])
    .map((name) => name.slice(prefix.length))
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known)
      return meant ? [`${prefix}${name} is no setting: did you mean ${prefix}${meant}?`] : []
    })
}
