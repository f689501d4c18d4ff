const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Three digits that count, thousands as `k`. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return '–'
  if (value >= 100_000) return `${count(value / 1000)} k`
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} k`
  if (value >= 100) return count(value)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** How many times as good one value is as another: above 1 it is better, whichever way better lies. */
export const advantage = (better: 'more' | 'less', value: number, other: number): number =>
  better === 'more' ? value / other : other / value

/** `2.3×`; undefined where the two can't be compared. */
export const times = (ratio: number): string | undefined =>
  Number.isFinite(ratio) && ratio > 0
    ? `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(ratio >= 1 ? 1 : 2)}×`
    : undefined
