import { readSecretFile } from '../secret-file.js'
import { type Fields, isFields } from './objects.js'
import { ConfigError } from './problems.js'

/** Of each of these, `…File` names a file that holds it. */
const secretFields = ['secret', 'metricsToken', 'redis'] as const

/** With the secrets that are in files. @throws ConfigError with all that can't be read, and all that are given twice */
export const withSecrets = async <Config>(config: Config): Promise<Config> => {
  const problems: string[] = []
  const whole = await inline(config, '', problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return whole as Config
}

/** One after the other, so that problems are told in the order of the fields. */
const inline = async (value: unknown, path: string, problems: string[]): Promise<unknown> => {
  if (Array.isArray(value)) return inlineAll(value, (index) => `${path}[${index}]`, problems)
  if (!isFields(value)) return value
  const names = Object.keys(value)
  const values = await inlineAll(Object.values(value), (index) => join(path, names[index] ?? ''), problems)
  return takeIn(Object.fromEntries(names.map((name, index) => [name, values[index]])), path, problems)
}

const inlineAll = async (values: readonly unknown[], pathOf: (index: number) => string, problems: string[]) => {
  const inlined: unknown[] = []
  for (const [index, value] of values.entries()) inlined.push(await inline(value, pathOf(index), problems))
  return inlined
}

const takeIn = async (fields: Fields, path: string, problems: string[]): Promise<Fields> => {
  let taken = fields
  for (const name of secretFields) {
    const { [`${name}File`]: file, ...rest } = taken
    if (typeof file !== 'string') continue
    const field = join(path, name)
    if (name in rest) problems.push(`${field} and ${field}File are both given: keep one of them.`)
    taken = { ...rest, [name]: await readSecret(file, `${field}File`, problems) }
  }
  return taken
}

const readSecret = async (file: string, field: string, problems: string[]): Promise<string> => {
  try {
    return await readSecretFile(file)
  } catch (error) {
    problems.push(`${field}: ${file} can't be read (${(error as NodeJS.ErrnoException).code}).`)
    return ''
  }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
