import type { Command } from 'commander'
import { withServerAccess } from '../admin/access-flags.js'
import type {
  ChangeDeadLettersOptions,
  ListDeadLettersOptions,
  ShowDeadLetterOptions,
} from '../dead-letters/dead-letters.js'
import { usualListed } from '../dead-letters/dead-letters.js'
import { amount, name } from './argument.js'
import { examples } from './examples.js'

export interface DeadLetterCommands {
  list(options: ListDeadLettersOptions): Promise<void>
  show(options: ShowDeadLetterOptions): Promise<void>
  retry(options: ChangeDeadLettersOptions): Promise<void>
  drop(options: ChangeDeadLettersOptions): Promise<void>
}

/** `daakia dead-letters` */
export const addDeadLetters = (program: Command, { list, show, retry, drop }: DeadLetterCommands): void => {
  const command = program
    .command('dead-letters')
    .description('What bots have failed at too often, and what to do with it.')
  withServerAccess(withFilter(command.command('list')))
    .description('List dead letters, the newest first.')
    .option('--limit <count>', 'so many of them at most', amount, usualListed)
    .option('--json', 'an object in a line for each')
    .addHelpText('after', examples(['daakia dead-letters list', 'daakia dead-letters list --bot order-bot --json']))
    .action((options: ListDeadLettersOptions) => list(options))
  withServerAccess(command.command('show'))
    .description('Show a dead letter as JSON, with its message, timer or state.')
    .argument('<id>', 'as the list names it')
    .addHelpText('after', examples(["daakia dead-letters show 'ana~order-bot/order-bot/7'"]))
    .action((id: string, options: Omit<ShowDeadLetterOptions, 'id'>) => show({ ...options, id }))
  change(command.command('retry'), 'retry', retry).description(
    'Give dead letters to their bots again, ahead of what else waits there, with fresh tries.',
  )
  change(command.command('drop'), 'drop', drop).description('Forget dead letters.')
}

const withFilter = (command: Command): Command =>
  command
    .option('--bot <bot>', 'those of this bot', name)
    .option('--conversation <conversation>', 'those of this conversation')

const change = (command: Command, verb: string, run: (options: ChangeDeadLettersOptions) => Promise<void>): Command =>
  withServerAccess(withFilter(command))
    .argument('[ids...]', 'as the list names them')
    .option('--all', 'all of them, or all of those that --bot and --conversation name')
    .addHelpText(
      'after',
      examples([
        `daakia dead-letters ${verb} 'ana~order-bot/order-bot/7'`,
        `daakia dead-letters ${verb} --all --bot order-bot`,
      ]),
    )
    .action((ids: readonly string[], options: Omit<ChangeDeadLettersOptions, 'ids'>) => run({ ...options, ids }))
