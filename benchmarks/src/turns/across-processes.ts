import { setTimeout as sleep } from 'node:timers/promises'
import { withBot } from '../load/bot.js'
import { Person } from '../load/person.js'
import type { Rig } from '../load/rig.js'
import { daakia } from '../peers/daakia.js'
import { cpuSeconds } from '../proc.js'
import { type Sitting, withRig } from '../sitting.js'
import { withFolder } from '../temporary-folder.js'

/** Turns of a bot in a process of its own. */
export interface Served {
  /** Turns a second with all that took part on the cores at hand. */
  perSecond: number
  /** Microseconds of processor time of a turn; not a number where the system does not tell. */
  botMicros: number
  serverMicros: number
}

const people = 100
/** Until both have compiled what they run often. */
const warmUpTurns = 10_000
const longestWarmUpMs = 20_000

/**
 * A hundred people write to a bot as soon as they are answered.
 *
 * @param script the bot's, as it was built
 * @param flags of Node, for the bot
 */
export const served = (script: string, sitting: Sitting, flags: string[] = []): Promise<Served> =>
  withFolder(async (folder) => {
    const { cores, profile } = sitting
    const server = await daakia.start({ folder, core: cores?.server, certificate: undefined, profile })
    try {
      return await withRig({ peer: daakia, server, sitting }, (rig) => measure(rig, script, flags))
    } finally {
      await server.stop()
    }
  })

const measure = (rig: Rig, script: string, flags: string[]): Promise<Served> =>
  withBot(
    rig,
    async (bot) => {
      const persons = await Person.gather(rig, people, (person) => person.write(), { says: '2' })
      for (const person of persons) person.write()
      const answers = () => persons.reduce((sum, { answers }) => sum + answers, 0)
      const mark = () => ({
        turns: answers(),
        bot: cpuSeconds(bot.pid) ?? Number.NaN,
        server: cpuSeconds(rig.pid) ?? Number.NaN,
        ms: performance.now(),
      })
      const end = performance.now() + longestWarmUpMs
      while (answers() < warmUpTurns && performance.now() < end) await sleep(100)
      const from = mark()
      await sleep(rig.seconds * 1_000)
      return between(from, mark())
    },
    { script, flags },
  )

type Mark = { turns: number; bot: number; server: number; ms: number }

const between = (from: Mark, to: Mark): Served => {
  const turns = to.turns - from.turns
  const micros = (seconds: number) => (seconds * 1e6) / turns
  return {
    perSecond: (turns * 1_000) / (to.ms - from.ms),
    botMicros: micros(to.bot - from.bot),
    serverMicros: micros(to.server - from.server),
  }
}
