import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from './problems.js'

/** What a configuration may be called. */
export const configFiles = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `daakia.config.${ending}`)

/**
 * The file that is meant: the one that was named, or the one that is in the folder. `undefined` where there is none.
 *
 * @throws ConfigError
 */
export const findConfigFile = (folder: string, named?: string): string | undefined => {
  if (named !== undefined) return existing(resolve(folder, named))
  const found = configFiles.filter((name) => existsSync(join(folder, name)))
  if (found.length > 1) throw new ConfigError([`There are ${found.join(' and ')}: say which one with --config.`])
  return found[0] && join(folder, found[0])
}

const existing = (file: string): string => {
  if (existsSync(file)) return file
  throw new ConfigError([`There is no file ${file}. Name another one with --config.`])
}
