import { type Command, CommanderError } from 'commander'
import { withServerAccess } from '../admin/access-flags.js'
import { type CheckDeployOptions, usualExamples } from '../check-deploy/check-deploy.js'
import { amount } from './argument.js'
import { examples } from './examples.js'

/** `daakia check-deploy` */
export const addCheckDeploy = (program: Command, run: (options: CheckDeployOptions) => Promise<void>): void => {
  withServerAccess(program.command('check-deploy'))
    .description(
      'Restore the states of a running server in the new code of a bot, and list what would not go on: 0 all would, 1 some would be parked, 2 it could not check.',
    )
    .argument('<module>', 'the file that exports the bot, in JavaScript or TypeScript; it does not connect')
    .option('--export <name>', 'which of its exports the bot is; it may be left out where there is only one')
    .option('--examples <count>', 'so many conversations are named for each reason', amount, usualExamples)
    .option('--json', 'tell it as JSON')
    .addHelpText(
      'after',
      examples([
        'daakia check-deploy src/order.ts',
        'daakia check-deploy dist/bots.js --export order --url mqtts://example.com --as console --password-file console.token',
      ]),
    )
    .exitOverride(couldNotCheck)
    .action((module: string, options: Omit<CheckDeployOptions, 'module'>) => run({ ...options, module }))
}

/** Who runs it in CI takes a 1 as an answer. */
const couldNotCheck = ({ exitCode, code, message }: CommanderError): never => {
  throw new CommanderError(exitCode === 0 ? 0 : 2, code, message)
}
