import type { Command } from 'commander'
import { withServerAccess } from '../admin/access-flags.js'
import { type ListParkedOptions, type ParkedOptions, usualListed } from '../parked/parked.js'
import { amount, name } from './argument.js'
import { examples } from './examples.js'

export interface ParkedCommands {
  list(options: ListParkedOptions): Promise<void>
  show(options: ParkedOptions): Promise<void>
  retry(options: ParkedOptions): Promise<void>
  drop(options: ParkedOptions): Promise<void>
}

/** `daakia parked` */
export const addParked = (program: Command, { list, show, retry, drop }: ParkedCommands): void => {
  const command = program.command('parked').description('States that bots could not restore, and what to do with them.')
  withServerAccess(command.command('list'))
    .description('List parked states, by bot and conversation.')
    .option('--bot <bot>', 'those of this bot', name)
    .option('--limit <count>', 'so many of them at most', amount, usualListed)
    .option('--json', 'an object in a line for each')
    .addHelpText('after', examples(['daakia parked list', 'daakia parked list --bot order-bot --json']))
    .action((options: ListParkedOptions) => list(options))
  one(command.command('show'), 'show', show).description('Show a parked state as JSON, with all that it holds.')
  one(command.command('retry').alias('release'), 'retry', retry).description(
    'Offer a parked state to its bot again. A bot of other code is offered it by itself.',
  )
  one(command.command('drop'), 'drop', drop).description(
    'Forget a parked state: the next message starts a run anew. A dead letter keeps it.',
  )
}

const one = (command: Command, verb: string, run: (options: ParkedOptions) => Promise<void>): Command =>
  withServerAccess(command)
    .argument('<conversation>', 'as the list names it')
    .argument('<bot>', 'whose state it is')
    .addHelpText('after', examples([`daakia parked ${verb} 'ana~order-bot' order-bot`]))
    .action((conversation: string, bot: string, options: Omit<ParkedOptions, 'conversation' | 'bot'>) =>
      run({ ...options, conversation, bot }),
    )
