import type { RunInput, TurnHooks } from '@daakia/bot-sdk'
import { connectInside } from '@daakia/bot-sdk/internal'
import { noting } from '../failure/noting.js'
import { hooksAt } from '../faults/hooks.js'
import { opens } from '../scene/opening.js'
import { MortalClock } from '../time/mortal-clock.js'
import { duringNow, type SceneClock } from '../time/scene-clock.js'
import { seededRandom } from '../time/seeded-random.js'
import { type Line, line } from './line.js'
import type { BotProcess, BotStart, StartBot } from './port.js'

export interface InsideOptions {
  clock: SceneClock
  keepAliveSeconds: number
  /** Called whenever bytes go in either direction. */
  travelled(): void
}

/** Bots that run in the process of the test. */
export const botsInside =
  (options: InsideOptions): StartBot =>
  (start) => {
    const { bot, connection, sockets } = start
    return run(start, options.clock, line({ client: bot.id, connection, sockets, ...options }))
  }

const run = (
  { bot, seed, startAt, watch, reach, note }: BotStart,
  sceneClock: SceneClock,
  { transport, cut }: Line,
): BotProcess => {
  const hooks: TurnHooks = hooksAt((moment, { conversation }) => {
    if (moment === 'turn.leased') watch.leased(conversation)
    return reach(moment)
  })
  const clock = new MortalClock(sceneClock)
  const startsAt = ({ message }: RunInput) => (opens(message) ? startAt : undefined)
  const options = { transport, clock, random: seededRandom(seed), log: noting(note), hooks }
  const connection = connectInside(bot, options, { watch, startsAt })
  return {
    get status() {
      return connection.status
    },
    ready: connection.ready,
    kill: async () => {
      cut()
      await duringNow(sceneClock, connection.close({ graceMs: 0 }))
      clock.end()
    },
    crash: () => {
      cut()
      clock.end()
    },
  }
}
