import type { Command } from 'commander'
import type { DataFolderOptions } from '../archive/data-folder.js'

/** What was given to say which data folder is meant. */
export interface DataWords {
  config?: string
  data?: string
}

/** The options that say which data folder is meant. */
export const addDataFlags = (command: Command): Command =>
  command
    .option('--data <folder>', 'the data folder (default: the one that daakia serve would use here)')
    .option('--config <file>', 'the configuration that names it; by default daakia.config.ts, .js, .mjs or .json')

export const dataOptionsOf = ({ config, data }: DataWords): DataFolderOptions => ({
  ...(config !== undefined && { configFile: config }),
  ...(data !== undefined && { data }),
})
