import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import * as server from '@daakia/server'
import { createJiti } from 'jiti'
import { ConfigError } from './problems.js'
import { defineConfig } from './schema.js'

/**
 * What a configuration file says, unchecked. It is read anew each time.
 *
 * @throws ConfigError
 */
export const loadConfigFile = async (file: string): Promise<unknown> => {
  try {
    return file.endsWith('.json') ? JSON.parse(await readFile(file, 'utf8')) : await runModule(file)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([error instanceof Error ? error.message : String(error)], file)
  }
}

const runModule = async (file: string): Promise<unknown> => {
  const jiti = createJiti(pathToFileURL(file).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    // A configuration needs no packages of its own beside it.
    virtualModules: { '@daakia/cli': { defineConfig }, '@daakia/server': server },
  })
  const module = await jiti.import<{ default?: unknown }>(file)
  if (module.default !== undefined) return module.default
  throw new ConfigError(['It exports nothing: begin it with `export default defineConfig({ … })`.'], file)
}
