import { dirname } from 'node:path'
import { defaultPorts, defaults } from './defaults.js'
import { type Environment, readEnvironment } from './environment.js'
import { findConfigFile } from './files.js'
import { loadConfigFile } from './load.js'
import { type Fields, isFields, merge } from './objects.js'
import { resolvePaths } from './paths.js'
import { ConfigError, problemOf } from './problems.js'
import { Config, type DaakiaConfig } from './schema.js'

export interface SettingsOptions {
  /** The configuration file; by default the one that is in `folder`. */
  configFile?: string | undefined
  /** What is set by flags. */
  flags?: DaakiaConfig
  environment: Environment
  /** What relative paths of flags and of the environment start from. */
  folder: string
}

/** What was settled for a run. */
export interface Settings {
  config: DaakiaConfig
  file: string | undefined
}

/**
 * Flags before environment before file before defaults.
 *
 * @throws ConfigError with everything that is wrong
 */
export const readSettings = async (options: SettingsOptions): Promise<Settings> => {
  const { folder, flags = {} } = options
  const file = findConfigFile(folder, options.configFile ?? options.environment.DAAKIA_CONFIG)
  const home = file ? dirname(file) : folder
  const written = file ? checked(await loadConfigFile(file)) : nothingSaid
  const environment = readEnvironment(options.environment)
  const problems = [...written.problems, ...environment.problems]
  if (problems.length > 0) throw new ConfigError(problems, written.problems.length > 0 ? file : undefined)
  const said = merge(
    resolvePaths(written.config, home),
    resolvePaths(merge(environment.config, flags as Fields), folder),
  )
  return { file, config: withDefaults(said, home) }
}

const nothingSaid = { config: {} as Fields, problems: [] as string[] }

const checked = (config: unknown): typeof nothingSaid => {
  const { error } = Config.safeParse(config, { reportInput: true })
  return error ? { config: {}, problems: error.issues.map(problemOf) } : { config: config as Fields, problems: [] }
}

const withDefaults = (said: Fields, home: string): DaakiaConfig => {
  const base = merge(resolvePaths(defaults, home), { listen: defaultPorts(hasTls(said)) })
  return merge(base, said) as DaakiaConfig
}

const hasTls = ({ listen }: Fields): boolean => isFields(listen) && listen.tls !== undefined
