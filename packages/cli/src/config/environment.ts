import { type Fields, merge } from './objects.js'
import { sentence } from './problems.js'
import { readScalar, scalarFields } from './scalars.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** What environment variables say, and what is wrong with them. An empty one says nothing. */
export const readEnvironment = (environment: Environment): { config: Fields; problems: string[] } => {
  let config: Fields = {}
  const problems: string[] = []
  for (const field of scalarFields()) {
    const text = environment[field.variable]
    if (!text) continue
    const read = readScalar(field, text)
    if ('problem' in read) problems.push(sentence(field.variable, read.problem))
    else config = merge(config, read.config)
  }
  return { config, problems }
}
