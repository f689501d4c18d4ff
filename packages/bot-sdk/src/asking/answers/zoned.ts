/** A date and a time as a clock on the wall shows it; months count from 1. */
export interface WallTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

const minuteMs = 60_000
const dayMs = 86_400_000

/** People may come from many time zones, and a formatter takes long to make. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      ...fields,
      second: 'numeric',
      era: 'short',
      hourCycle: 'h23',
      timeZone,
    })
  formats.set(timeZone, format)
  return format
}

/** What the clock shows in an IANA time zone, `at` milliseconds since the Unix epoch. */
export function wallTimeAt(at: number, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era')?.startsWith('B') ? 1 - of('year') : of('year')
  return { year, month: of('month'), day: of('day'), hour: of('hour'), minute: of('minute'), second: of('second') }
}

/** The moment at which a clock in UTC would show it. */
export function asUtc({ year, month, day, hour, minute, second }: WallTime): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, 0)
  return date.getTime()
}

export const offsetMsAt = (at: number, timeZone: string): number =>
  asUtc(wallTimeAt(at, timeZone)) - Math.floor(at / 1_000) * 1_000

/**
 * When the clock shows it. Where it shows it twice, the first time; where it skips it, as much later as it skips: 2:30
 * becomes 3:30.
 */
export function momentOf(wall: WallTime, timeZone: string): number {
  const utc = asUtc(wall)
  const [before, after] = [offsetMsAt(utc - dayMs, timeZone), offsetMsAt(utc + dayMs, timeZone)]
  const moments = [utc - before, utc - after]
  return moments.find((at) => asUtc(wallTimeAt(at, timeZone)) === utc) ?? utc - before
}

const padded = (number: number, length = 2): string => String(number).padStart(length, '0')

export const isoDate = ({ year, month, day }: WallTime): string => `${padded(year, 4)}-${padded(month)}-${padded(day)}`
export const isoMinutes = ({ hour, minute }: WallTime): string => `${padded(hour)}:${padded(minute)}`
export const isoSeconds = (wall: WallTime): string => `${isoMinutes(wall)}:${padded(wall.second)}`

/** Such as `+05:30`. Those of a time before there were time zones are given to the minute. */
export function isoOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / minuteMs)
  return `${offsetMs < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`
}
