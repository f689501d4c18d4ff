import type { Part } from './parts/port.js'

const turnsOfBatch = 500
const warmUpMs = 1_500

/**
 * Measures parts turn and turn about, so that what disturbs the machine disturbs all of them. Microseconds of
 * processor time of a turn: the median of each part's batches.
 */
export const interleaved = async (
  parts: readonly Part[],
  { seconds, aborted }: { seconds: number; aborted?: AbortSignal },
): Promise<number[]> => {
  const batches: number[][] = parts.map(() => [])
  const round = async (keep: boolean) => {
    for (const [index, part] of parts.entries()) {
      aborted?.throwIfAborted()
      const micros = await microsOf(part)
      if (keep) batches[index]?.push(micros)
    }
  }
  for (const end = performance.now() + warmUpMs; performance.now() < end; ) await round(false)
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) await round(true)
  return batches.map(median)
}

const microsOf = async (part: Part): Promise<number> => {
  const before = process.cpuUsage()
  await part.turns(turnsOfBatch)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / turnsOfBatch
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
