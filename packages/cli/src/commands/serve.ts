import type { Command } from 'commander'
import type { ServeOptions } from '../serve/serve.js'
import { examples } from './examples.js'
import { configOf, fieldOptions } from './field-flags.js'

/** `daakia serve` */
export const addServe = (program: Command, run: (options: ServeOptions) => Promise<void>): void => {
  const command = program
    .command('serve')
    .description('Run the server, until Ctrl-C. SIGHUP has it read its configuration anew.')
    .option('--config <file>', 'the configuration; by default daakia.config.ts, .js, .mjs or .json of this folder')
    .option('--check-config', 'say what would run, or all that is wrong, and run nothing')
  for (const option of fieldOptions()) command.addOption(option)
  command
    .addHelpText(
      'after',
      examples([
        'daakia serve --dev',
        'daakia serve --dev --mqtt-port 0 --http-port 0 --data /tmp/daakia',
        'daakia serve --dev --redis redis://127.0.0.1:6379',
        'daakia serve --config /etc/daakia/daakia.config.json --check-config',
      ]),
    )
    .action((words: ServeWords) => run(serveOptionsOf(words)))
}

/** What `daakia serve` was given: apart from these, a configuration for each flag. */
interface ServeWords {
  config?: string
  checkConfig?: boolean
  [flag: string]: unknown
}

const serveOptionsOf = ({ config, checkConfig, ...flags }: ServeWords): ServeOptions => ({
  ...(config !== undefined && { configFile: config }),
  ...(checkConfig && { checkConfig }),
  flags: configOf(Object.values(flags)),
})
