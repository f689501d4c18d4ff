import type { BotInfo } from '@daakia/protocol'
import type { BotPlace } from './bot-places.js'

/** Bots with what they are on all nodes together, in the order of their names. */
export const botInfos = (placed: Iterable<{ bot: string; place: BotPlace }>): BotInfo[] => {
  const found = new Map<string, BotPlace>()
  for (const { bot, place } of placed) {
    const other = found.get(bot)
    const newest = other && other.since > place.since ? other : place
    found.set(bot, { ...newest, instances: place.instances + (other?.instances ?? 0) })
  }
  return [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([bot, { instances, version }]) => ({ bot, instances, ...(version !== undefined && { version }) }))
}
