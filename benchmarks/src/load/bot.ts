import { nextMessage, type Started, startNode } from '../processes.js'
import type { Rig } from './rig.js'

/** Runs `measure` while a bot of the benchmark serves, on the core of the load. */
export const withBot = async <T>(
  rig: Rig,
  measure: (bot: Started) => Promise<T>,
  { script = 'servers/bot', flags = [] }: { script?: string; flags?: string[] } = {},
): Promise<T> => {
  const env = { DAAKIA_URL: `mqtt://127.0.0.1:${rig.port}` }
  const bot = startNode(script, [], { core: rig.options.loadCore, env, flags })
  try {
    await nextMessage(bot)
    return await Promise.race([measure(bot), bot.died])
  } finally {
    await bot.stop()
  }
}
