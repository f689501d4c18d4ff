import type { Command } from 'commander'
import type { BackupOptions } from '../archive/backup.js'
import { addDataFlags, type DataWords, dataOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia backup` */
export const addBackup = (program: Command, run: (options: BackupOptions) => Promise<void>): void => {
  const command = program
    .command('backup')
    .description('Copy everything that is kept, as it is at one moment. A server that runs goes on.')
    .argument('<to>', 'the folder of the backup, which must not exist')
  addDataFlags(command)
    .addHelpText(
      'after',
      examples(['daakia backup /backups/monday', 'daakia backup /backups/monday --data /var/lib/daakia']),
    )
    .action((to: string, words: DataWords) => run({ to, ...dataOptionsOf(words) }))
}
