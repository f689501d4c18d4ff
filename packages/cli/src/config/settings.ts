import { dirname } from 'node:path'
import type { DaakiaConfig } from './daakia-config.js'
import { defaultPorts, defaults } from './defaults.js'
import { type Environment, readEnvironment } from './environment.js'
import { findConfigFile } from './files.js'
import { loadConfigFile } from './load.js'
import { type Fields, isFields, merge } from './objects.js'
import { resolvePaths } from './paths.js'
import { all, ConfigError, problemOf } from './problems.js'
import { Config } from './schema.js'

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
  const [written, environment] = await all<[Written, Fields]>([
    readWritten(options),
    readEnvironment(options.environment),
  ])
  const home = written.file ? dirname(written.file) : folder
  const said = merge(resolvePaths(written.config, home), resolvePaths(merge(environment, flags as Fields), folder))
  return { file: written.file, config: withDefaults(checked(said), home) }
}

interface Written {
  file: string | undefined
  config: Fields
}

const readWritten = async ({ folder, configFile, environment }: SettingsOptions): Promise<Written> => {
  const file = findConfigFile(folder, configFile ?? (environment.DAAKIA_CONFIG || undefined))
  return { file, config: file ? checked(await loadConfigFile(file), file) : {} }
}

const checked = (config: unknown, file?: string): Fields => {
  const { error } = Config.safeParse(config, { reportInput: true })
  if (error) throw new ConfigError(error.issues.map(problemOf), file)
  return config as Fields
}

const withDefaults = (said: Fields, home: string): DaakiaConfig => {
  const base = merge(resolvePaths(defaults, home), { listen: defaultPorts(hasTls(said)) })
  return merge(base, said) as DaakiaConfig
}

const hasTls = ({ listen }: Fields): boolean => isFields(listen) && listen.tls !== undefined
