import { bundle } from './bundle.js'
import { type Builds, ConversationInProcesses } from './conversation.js'
import type { FixtureProcess } from './process.js'

/** A server, and the bots of which one hands over to the other. */
export interface Cast {
  open: ConversationInProcesses
  asking: FixtureProcess
  counting: FixtureProcess
}

export const handingBuilds = async (): Promise<Builds> => ({
  server: await bundle('server'),
  bot: await bundle('handingBot'),
})

/** Ana has said "hi". */
export const begin = async (builds: Builds): Promise<Cast> => {
  const open = await ConversationInProcesses.open({ builds, bot: 'asking-bot', botArguments: ['asking-bot'] })
  const asking = open.bot
  const counting = await open.startBot('counting-bot')
  open.say('hi')
  await open.hears('Ready.')
  return { open, asking, counting }
}

/** The payload of the entry that tells of a hand-over. */
export const over = '{"to":"counting-bot"}'
export const back = '{"to":"asking-bot","back":true}'
