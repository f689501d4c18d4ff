import type { Sitting } from '../sitting.js'
import { served } from './across-processes.js'
import { interleaved } from './interleaved.js'
import { bytesOfHotRun } from './memory.js'
import { botCold, botHot } from './parts/bot-side.js'
import { engineCold, engineHot } from './parts/engine.js'
import { xstateCold, xstateHot } from './parts/xstate-alone.js'
import type { TurnsResult } from './result.js'

export { describeTurns } from './result.js'

export interface TurnsOptions {
  sitting: Sitting
  say(text: string): void
}

/** Each part needs some time of its own. */
const shares = 6

/** Measures what a bot's turn takes: in XState, in the engine, in the bot around it, on the wire, and in the server. */
export const turns = async ({ sitting, say }: TurnsOptions): Promise<TurnsResult> => {
  const parts = [xstateHot, engineHot, botHot, xstateCold, engineCold, botCold].map((make) => make())
  say('In one process …')
  const micros = await interleaved(parts, { seconds: sitting.seconds * shares, aborted: sitting.aborted })
  for (const part of parts) part.close()
  const bytes = await bytesOfHotRun()
  say('A bot without an engine, and one with it, in a process of its own …')
  const echo = await served('servers/echo-bot', sitting)
  const machine = await served('servers/turns-bot', sitting)
  const roomy = await served('servers/turns-bot', sitting, ['--max-semi-space-size=64'])
  return { hot: costsOf(micros.slice(0, 3)), cold: costsOf(micros.slice(3)), bytes, echo, machine, roomy }
}

const costsOf = ([xstate = Number.NaN, engine = Number.NaN, bot = Number.NaN]: readonly number[]) => ({
  xstate,
  engine,
  bot,
})
