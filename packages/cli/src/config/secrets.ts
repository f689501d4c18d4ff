import { readSecretFile } from '../secret-file.js'
import { type Fields, isFields } from './objects.js'
import { ConfigError } from './problems.js'

/** Of each of these, `…File` names a file that holds it. */
const secretFields = ['secret', 'metricsToken'] as const

/** With the secrets that are in files. @throws ConfigError where one can't be read, or is given twice */
export const withSecrets = async <Config>(config: Config): Promise<Config> => (await inline(config, '')) as Config

const inline = async (value: unknown, path: string): Promise<unknown> => {
  if (Array.isArray(value)) return Promise.all(value.map((each, index) => inline(each, `${path}[${index}]`)))
  if (!isFields(value)) return value
  const entries = Object.entries(value).map(async ([name, each]) => [name, await inline(each, join(path, name))])
  return takeIn(Object.fromEntries(await Promise.all(entries)), path)
}

const takeIn = async (fields: Fields, path: string): Promise<Fields> => {
  let taken = fields
  for (const name of secretFields) {
    const { [`${name}File`]: file, ...rest } = taken
    if (typeof file !== 'string') continue
    if (name in rest) throw new ConfigError([`${join(path, name)} and ${join(path, name)}File: give one of them.`])
    taken = { ...rest, [name]: await readSecret(file, join(path, `${name}File`)) }
  }
  return taken
}

const readSecret = async (file: string, path: string): Promise<string> => {
  try {
    return await readSecretFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([`${path}: ${file} can't be read (${code}).`])
  }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
