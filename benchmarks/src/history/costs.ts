import type { Rig } from '../load/rig.js'
import { Window } from '../load/window.js'
import { longTopic, payload, shortTopic } from './fill.js'

/** Microseconds of the server's processor time for one message. */
export interface Costs {
  longMicros: number
  shortMicros: number
}

const outstanding = 1_000
const rounds = 3

/** What a message costs in the long conversation and in the short one, by turns: the machine changes, too. */
export const costs = async (rig: Rig): Promise<Costs> => {
  const micros: Record<'long' | 'short', number[]> = { long: [], short: [] }
  for (let round = 0; round < rounds; round++) {
    micros.long.push(await costOf(rig, 'long', longTopic))
    micros.short.push(await costOf(rig, 'short', shortTopic))
  }
  return { longMicros: Math.min(...micros.long), shortMicros: Math.min(...micros.short) }
}

const costOf = async (rig: Rig, name: string, topic: string): Promise<number> => {
  let micros = Number.NaN
  await rig.visit(`${name}-writer`, async (link) => {
    const window = new Window(link, { dialect: rig.dialect, size: outstanding, topic, payload })
    window.start()
    const { cost } = await rig.rate(() => window.acknowledged)
    window.stop()
    if (window.refused > 0) throw new Error(`${window.refused} messages were refused`)
    micros = cost?.cpuMicros ?? Number.NaN
  })
  return micros
}
