import { readSettings } from '../config/settings.js'
import type { Io } from '../io.js'

/** Which data folder is meant, as `daakia serve` finds it. */
export interface DataFolderOptions {
  /** The configuration file; by default `daakia.config.ts`, `.js`, `.mjs` or `.json` of the folder. */
  configFile?: string
  /** Goes before what the environment and the file say. */
  data?: string
}

/** @throws ConfigError */
export const dataFolderOf = async ({ configFile, data }: DataFolderOptions, io: Io): Promise<string> => {
  const flags = data === undefined ? {} : { data }
  const { config } = await readSettings({ configFile, flags, environment: io.environment, folder: io.folder })
  return config.data as string
}
