import type { Command } from 'commander'
import type { RestoreOptions } from '../archive/restore.js'
import { addDataFlags, type DataWords, dataOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia restore` */
export const addRestore = (program: Command, run: (options: RestoreOptions) => Promise<void>): void => {
  const command = program
    .command('restore')
    .description('Make a data folder of a backup, which is checked and stays as it is.')
    .argument('<backup>', 'a folder that daakia backup has made')
  addDataFlags(command)
    .addHelpText(
      'after',
      examples(['daakia restore /backups/monday', 'daakia restore /backups/monday --data /var/lib/daakia']),
    )
    .action((backup: string, words: DataWords) => run({ backup, ...dataOptionsOf(words) }))
}
