import type { Command } from 'commander'
import type { VerifyArchiveOptions } from '../archive/verify-archive.js'
import { name } from './argument.js'
import { addStoreFlags, type StoreWords, storeOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia verify-archive` */
export const addVerifyArchive = (program: Command, run: (options: VerifyArchiveOptions) => Promise<void>): void => {
  const command = program
    .command('verify-archive')
    .description(
      'Say which files of an archive are whole, of all that a server has there: 0 all of them, 1 not all, 2 it could not look.',
    )
    .argument('[folder]', 'the folder of the archive (default: archive.folder of the configuration)')
    .option('--vendor <vendor>', 'only the files of this vendor', name)
    .option('--json', 'tell it as JSON')
  addStoreFlags(command)
    .addHelpText(
      'after',
      examples([
        'daakia verify-archive',
        'daakia verify-archive /mnt/archive --data .daakia',
        'daakia verify-archive /copies/archive --redis redis://127.0.0.1:6379 --json',
      ]),
    )
    .action((folder: string | undefined, { vendor, json, ...words }: StoreWords & VerifyArchiveOptions) =>
      run({
        ...(folder !== undefined && { to: folder }),
        ...(vendor !== undefined && { vendor }),
        ...(json && { json }),
        ...storeOptionsOf(words),
      }),
    )
}
