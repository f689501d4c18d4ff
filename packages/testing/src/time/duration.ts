/**
 * A length of time: milliseconds, or a number with its unit, such as `500ms`, `90s`, `10m`, `1.5h` or `2d`.
 *
 * @example
 * const wait: Duration = '1.5h'
 * await chat.advance(wait)
 */
export type Duration = number | `${number}${Unit}`

type Unit = 'ms' | 's' | 'm' | 'h' | 'd'

const unitMs: Readonly<Record<Unit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const form = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/**
 * The duration in milliseconds, rounded.
 *
 * @throws RangeError where it is negative, endless, or not written as one
 */
export const toMs = (duration: Duration): number => {
  const ms = typeof duration === 'number' ? duration : parse(duration)
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms)
  throw new RangeError(
    `${JSON.stringify(duration)} is no duration: use milliseconds, or text such as '90s', '10m', '2d'`,
  )
}

const parse = (text: string): number => {
  const [, amount, unit] = form.exec(text) ?? []
  return unit === undefined ? Number.NaN : Number(amount) * unitMs[unit as Unit]
}

/** Writes milliseconds for people: `0s`, `10m`, `1d 2h`, `1.5s`. */
export const formatMs = (ms: number): string => {
  const parts: string[] = []
  let leftMs = ms
  for (const unit of ['d', 'h', 'm'] as const) {
    const count = Math.floor(leftMs / unitMs[unit])
    leftMs -= count * unitMs[unit]
    if (count > 0) parts.push(`${count}${unit}`)
  }
  if (leftMs > 0 || parts.length === 0) parts.push(`${leftMs / unitMs.s}s`)
  return parts.join(' ')
}

/** Milliseconds as a test would write them: `15m`, `90s`, `1d`. */
export const asDuration = (ms: number): Duration => {
  const unit = (['d', 'h', 'm', 's'] as const).find((each) => ms > 0 && ms % unitMs[each] === 0) ?? 'ms'
  return `${ms / unitMs[unit]}${unit}`
}
