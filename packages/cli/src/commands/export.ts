import type { Command } from 'commander'
import type { ExportOptions } from '../archive/export.js'
import { name } from './argument.js'
import { addDataFlags, type DataWords, dataOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia export` */
export const addExport = (program: Command, run: (options: ExportOptions) => Promise<void>): void => {
  const command = program
    .command('export')
    .description('Write all that belongs to a vendor as lines of JSON. A server that runs goes on.')
    .requiredOption('--vendor <vendor>', 'whose it is', name)
    .option('--out <file>', 'a file that does not exist yet (default: standard output)')
  addDataFlags(command)
    .addHelpText(
      'after',
      examples([
        'daakia export --vendor acme --out acme.jsonl',
        'daakia export --vendor acme | gzip > acme.jsonl.gz',
        'daakia export --vendor acme | ssh new-server daakia import --data /var/lib/daakia',
      ]),
    )
    .action(({ vendor, out, ...words }: DataWords & ExportOptions) =>
      run({ vendor, ...(out !== undefined && { out }), ...dataOptionsOf(words) }),
    )
}
