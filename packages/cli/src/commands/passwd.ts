import { type Command, Option } from 'commander'
import type { PasswdOptions } from '../passwd/passwd.js'
import { name } from './argument.js'
import { examples } from './examples.js'

/** `daakia passwd` */
export const addPasswd = (program: Command, run: (options: PasswdOptions) => Promise<void>): void => {
  program
    .command('passwd')
    .description('Set the password of a client in a password file: asked for, or the first line of the input.')
    .argument('<file>', 'the password file; made where it does not exist')
    .requiredOption('--vendor <vendor>', 'whom the client belongs to', name)
    .requiredOption('--client <client>', 'whose password it is', name)
    .addOption(new Option('--role <role>', 'the client speaks for the vendor itself').choices(['vendor']))
    .option('--delete', 'take the client out of the file')
    .addHelpText(
      'after',
      examples([
        'daakia passwd passwords --vendor acme --client ana',
        'openssl rand -hex 16 | tee order-bot.password | daakia passwd passwords --vendor acme --client order-bot',
        'daakia passwd passwords --vendor acme --client ana --delete',
      ]),
    )
    .action((file: string, options: Omit<PasswdOptions, 'file'>) => run({ ...options, file }))
}
