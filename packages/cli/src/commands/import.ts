import type { Command } from 'commander'
import type { ImportOptions } from '../archive/import.js'
import { addDataFlags, type DataWords, dataOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia import` */
export const addImport = (program: Command, run: (options: ImportOptions) => Promise<void>): void => {
  const command = program
    .command('import')
    .description('Put a vendor into a data folder that no server uses, as daakia export wrote it.')
    .argument('[file]', 'the export; standard input where it is - or left out')
    .option('--discard', 'remove what imports that were killed have left, and import nothing')
  addDataFlags(command)
    .addHelpText(
      'after',
      examples([
        'daakia import acme.jsonl',
        'gunzip -c acme.jsonl.gz | daakia import --data /var/lib/daakia',
        'daakia import --discard',
      ]),
    )
    .action((file: string | undefined, { discard, ...words }: DataWords & ImportOptions) =>
      run({ ...(file !== undefined && { file }), ...(discard && { discard }), ...dataOptionsOf(words) }),
    )
}
