/** How a figure changed over samples taken at even distances. */
export interface Trend {
  /** Mean of the first third. */
  before: number
  /** Mean of the last third. */
  after: number
  /** What was gained, as a share of `before`. */
  growth: number
}

export const trendOf = (samples: readonly number[]): Trend => {
  const third = Math.max(1, Math.floor(samples.length / 3))
  const before = mean(samples.slice(0, third))
  const after = mean(samples.slice(-third))
  return { before, after, growth: (after - before) / before }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
