import { nextMessage, startNode } from '../processes.js'
import type { Rig } from './rig.js'

/** Runs `measure` while the bot of the benchmark serves, on the core of the load. */
export const withBot = async <T>(rig: Rig, measure: () => Promise<T>): Promise<T> => {
  const env = { DAAKIA_URL: `mqtt://127.0.0.1:${rig.port}` }
  const bot = startNode('servers/bot', [], { core: rig.options.loadCore, env })
  try {
    await nextMessage(bot)
    return await Promise.race([measure(), bot.died])
  } finally {
    await bot.stop()
  }
}
