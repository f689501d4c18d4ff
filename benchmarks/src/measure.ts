import { setTimeout as sleep } from 'node:timers/promises'

export interface Measurement {
  /** What was measured, as a row of the table. */
  name: string
  value: number
  unit: string
}

/** Events per second, from a counter read before and after `seconds`, once `warmUpSeconds` have gone by. */
export const rate = async (count: () => number, seconds = 3, warmUpSeconds = 1): Promise<number> => {
  await sleep(warmUpSeconds * 1000)
  const [from, started] = [count(), performance.now()]
  await sleep(seconds * 1000)
  return ((count() - from) * 1000) / (performance.now() - started)
}

/** The value below which `share` (0 to 1) of the samples lie. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The table, as plain text with aligned columns. */
export const formatTable = (rows: readonly Measurement[]): string => {
  const width = Math.max(...rows.map((row) => row.name.length))
  return rows.map((row) => `${row.name.padEnd(width)}  ${figure(row.value).padStart(10)} ${row.unit}`).join('\n')
}

const figure = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2))
