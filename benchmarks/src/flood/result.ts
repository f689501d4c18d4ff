import type { Waits } from './bystanders.js'
import type { FloodResult } from './index.js'

const mebibyte = 1024 * 1024
const inMebibytes = (bytes: number): string => `${Math.round(bytes / mebibyte)} MiB`
const inMs = (ms: number): string => `${ms.toPrecision(3)} ms`

/** A paragraph for each flood. */
export const describeFlood = (results: readonly FloodResult[]): string => results.map(describe).join('\n\n')

const describe = (result: FloodResult): string => {
  const { reader, seconds, published, readBytes, waits, waitsBefore, memoryBefore, memoryHighest } = result
  return [
    `A flood of QoS 0 for ${seconds} s, whose reader ${reader}:`,
    `${published.toLocaleString('en-US')} publishes of 1 KiB were taken, and ${inMebibytes(readBytes)} of them read.`,
    `Memory was ${inMebibytes(memoryBefore)} before, and ${inMebibytes(memoryHighest)} at the highest.`,
    `Messages of others took ${describeWaits(waits)}; before the flood, ${describeWaits(waitsBefore)}.`,
  ].join('\n')
}

const describeWaits = ({ p50, p99, longest, lost }: Waits): string =>
  `${inMs(p50)} (p50), ${inMs(p99)} (p99), ${inMs(longest)} (longest), with ${lost} lost`
