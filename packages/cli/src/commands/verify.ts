import type { Command } from 'commander'
import type { VerifyOptions } from '../archive/verify.js'
import { addDataFlags, type DataWords, dataOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia verify` */
export const addVerify = (program: Command, run: (options: VerifyOptions) => Promise<void>): void => {
  const command = program
    .command('verify')
    .description('Say what is whole of a data folder or a backup: 0 all of it, 1 not all, 2 it could not look.')
    .argument('[folder]', 'the folder; by default the data folder')
    .option('--json', 'tell it as JSON')
  addDataFlags(command)
    .addHelpText('after', examples(['daakia verify', 'daakia verify /backups/monday', 'daakia verify --json']))
    .action((folder: string | undefined, { json, ...words }: DataWords & VerifyOptions) =>
      run({ ...(folder !== undefined && { folder }), ...(json && { json }), ...dataOptionsOf(words) }),
    )
}
