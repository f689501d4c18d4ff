import { bundle } from './bundle.js'
import { ConversationInProcesses } from './conversation.js'
import type { FixtureProcess } from './process.js'
import { stage } from './stage.js'

/** A server, and the bots of which one hands over to the other: those that were started last. */
export interface Cast {
  open: ConversationInProcesses
  readonly asking: FixtureProcess
  readonly counting: FixtureProcess
}

/** For the tests of a file. */
export const handingStage = () => {
  const { begin } = stage(async () => {
    const builds = { server: await bundle('server'), bot: await bundle('handingBot') }
    return async () => {
      const open = await ConversationInProcesses.open({ builds, bot: 'asking-bot', botArguments: ['asking-bot'] })
      await open.startBot('counting-bot')
      return open
    }
  })
  return {
    /** Ana has said "hi". */
    async begin(): Promise<Cast> {
      const open = await begin()
      open.say('hi')
      await open.hears('Ready.')
      return {
        open,
        get asking() {
          return open.botOf('asking-bot')
        },
        get counting() {
          return open.botOf('counting-bot')
        },
      }
    },
  }
}

/** The payload of the entry that tells of a hand-over. */
export const over = '{"to":"counting-bot"}'
export const back = '{"to":"asking-bot","back":true}'
