import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import * as server from '@daakia/server'
import { createJiti } from 'jiti'
import { defineConfig } from './daakia-config.js'
import { jsonProblem, moduleProblem } from './load-problem.js'
import { ConfigError } from './problems.js'

/**
 * What a configuration file says, unchecked. It is read anew each time.
 *
 * @throws ConfigError
 */
export const loadConfigFile = (file: string): Promise<unknown> =>
  file.endsWith('.json') ? readJson(file) : runModule(file)

const readJson = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`It can't be read (${error.code}).`], file)
  })
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new ConfigError([jsonProblem(error as SyntaxError, text)], file)
  }
}

const runModule = async (file: string): Promise<unknown> => {
  const { default: config } = await importModule(file).catch((error: unknown) => {
    throw new ConfigError([moduleProblem(error, file)], file)
  })
  if (config === undefined)
    throw new ConfigError(['It exports no default: begin it with `export default defineConfig({ … })`.'], file)
  return config
}

const importModule = (file: string): Promise<{ default?: unknown }> =>
  createJiti(pathToFileURL(file).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    // A configuration needs no packages of its own beside it.
    virtualModules: { '@daakia/cli': { defineConfig }, '@daakia/server': server },
  }).import(file)
