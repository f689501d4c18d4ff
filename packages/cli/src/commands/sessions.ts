import type { Command } from 'commander'
import { withServerAccess } from '../admin/access-flags.js'
import { type EndSessionsOptions, type ListSessionsOptions, usualListed } from '../sessions/sessions.js'
import { amount, name } from './argument.js'
import { examples } from './examples.js'

export interface SessionsCommands {
  list(options: ListSessionsOptions): Promise<void>
  end(options: EndSessionsOptions): Promise<void>
}

/** `daakia sessions` */
export const addSessions = (program: Command, { list, end }: SessionsCommands): void => {
  const command = program.command('sessions').description('Sessions of clients, connected and away.')
  withServerAccess(command.command('list'))
    .description('List sessions, by client and connection.')
    .option('--client <client>', 'those of this client', name)
    .option('--limit <count>', 'so many of them at most', amount, usualListed)
    .option('--json', 'an object in a line for each')
    .addHelpText('after', examples(['daakia sessions list', 'daakia sessions list --client ana --json']))
    .action((options: ListSessionsOptions) => list(options))
  withServerAccess(command.command('end'))
    .description('Close the connections of a client. It may come back, and finds its sessions as they were.')
    .argument('<client>', 'whose they are', name)
    .argument('[connection]', 'one MQTT client identifier, as the list names it; all where it is left out')
    .option('--forget', 'remove the sessions as well: subscriptions, queue, place on the inbox')
    .addHelpText('after', examples(['daakia sessions end ana', 'daakia sessions end ana phone --forget']))
    .action((client: string, connection: string | undefined, options: Omit<EndSessionsOptions, 'client'>) =>
      end({ ...options, client, ...(connection !== undefined && { connection }) }),
    )
}
