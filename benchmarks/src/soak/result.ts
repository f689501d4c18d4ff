import type { ServerMemory } from './memory.js'
import { everySecond } from './traffic.js'
import { type Trend, trendOf } from './trend.js'

export interface SoakResult {
  hours: number
  /** What the hours were compressed to. */
  seconds: number
  messages: number
  deliveries: number
  visits: number
  /** At even distances, from the end of the warm-up on. */
  samples: readonly ServerMemory[]
  held: Trend
  resident: Trend
  flat: boolean
}

/** Growth that can't be told from none: what is under way differs from sample to sample. */
const heldTolerance = 0.05
const residentTolerance = 0.1

export const resultOf = (run: Omit<SoakResult, 'held' | 'resident' | 'flat'>): SoakResult => {
  const held = trendOf(run.samples.map((sample) => sample.held))
  const resident = trendOf(run.samples.map((sample) => sample.resident))
  return { ...run, held, resident, flat: held.growth <= heldTolerance && resident.growth <= residentTolerance }
}

export const describeSoak = (result: SoakResult): string => {
  const { hours, seconds, messages, deliveries, visits, held, resident, flat } = result
  const { conversationMessages, plainMessages, retainedMessages, visits: visitsPerSecond } = everySecond
  return [
    `Every second of ${hours} hours: ${conversationMessages} conversation messages, ${plainMessages} of QoS 1 to a listener,`,
    `${retainedMessages} retained, ${visitsPerSecond} client that connects, subscribes and goes. Compressed to ${seconds.toFixed(0)} s.`,
    `${count(messages)} messages acknowledged, ${count(deliveries)} delivered, ${count(visits)} visits.`,
    `Held by JavaScript after a collection: ${describeTrend(held)}`,
    `Resident, without the files of the storage: ${describeTrend(resident)}`,
    flat ? 'Memory is flat.' : 'Memory GROWS.',
  ].join('\n')
}

const describeTrend = ({ before, after, growth }: Trend): string =>
  `${mebibytes(before)} MiB after warm-up, ${mebibytes(after)} MiB at the end (${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %)`

const mebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1)

const count = (value: number): string => value.toLocaleString('en-US')
