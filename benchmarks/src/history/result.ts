import { percentile } from '../load/percentile.js'
import type { Costs } from './costs.js'
import type { Filled } from './fill.js'

export interface HistoryResult extends Filled, Costs {
  openingsMs: readonly number[]
  startsMs: readonly number[]
}

export const describeHistory = (result: HistoryResult): string => {
  const { messages, conversations, longest, fillSeconds, longMicros, shortMicros, openingsMs, startsMs } = result
  return [
    `${count(messages)} messages, written in ${fillSeconds.toFixed(0)} s.`,
    `A message in a conversation of ${count(longest)} costs ${longMicros.toFixed(1)} µs, in one of 1,000 ${shortMicros.toFixed(1)} µs: ${percent(longMicros / shortMicros - 1)}.`,
    `The inbox of a client with ${count(conversations)} conversations opens in ${inMs(percentile(openingsMs, 0.5))} (median of ${openingsMs.length}; longest ${inMs(Math.max(...openingsMs))}).`,
    `A start after kill -9: ${startsMs.map(inMs).join(', ')}.`,
  ].join('\n')
}

const count = (value: number): string => value.toLocaleString('en-US')
const inMs = (ms: number): string => `${ms.toFixed(1)} ms`
const percent = (share: number): string => `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`
