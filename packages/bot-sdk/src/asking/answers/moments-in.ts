import type { Around } from '../../authoring/around.js'
import type { DateMention, DateParts } from '../../languages/answering.js'
import { numeralsIn } from './numerals.js'
import { fold } from './words.js'
import { asUtc, offsetMsAt, wallTimeAt } from './zoned.js'

/** A date, a time, or both, in a text. */
export interface MomentMention {
  start: number
  end: number
  day?: { year: number; month: number; day: number }
  time?: TimeOfDay
  /** An exact moment, milliseconds since the Unix epoch: "in two hours". */
  at?: number
}

export interface TimeOfDay {
  hour: number
  minute: number
  second: number
  /** The clock shows it twice a day, and nothing tells which time is meant: "5". */
  ambiguous: boolean
}

/** Longer answers are about something else than a date. Parsers are fast on texts this short, whatever is in them. */
const mostRead = 250

/** @param options.asked a text that is nothing but a number is a time: "5" */
export function momentsIn(text: string, around: Around, { asked }: { asked: boolean }): readonly MomentMention[] {
  // Places in it are those in the text.
  const read = text
    .slice(0, mostRead)
    .replace(/[\p{Cc}\p{Zs}]/gu, ' ')
    .replace(/\p{Cf}/gu, (mark) => ' '.repeat(mark.length))
  const plain = isoIn(read) ?? (asked ? hourIn(read, around) : undefined)
  return plain ? [plain] : parsed(read, around)
}

function isoIn(text: string): MomentMention | undefined {
  const match = /(?<!\S)(\d{4})-(\d\d)-(\d\d)(?!\S)/.exec(text)
  if (!match || text.trim() !== match[0]) return undefined
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  return exists(day) ? { start: match.index, end: match.index + match[0].length, day } : undefined
}

/** A bare hour, also in words. */
function hourIn(text: string, around: Around): MomentMention | undefined {
  const [numeral, ...others] = numeralsIn(text, around)
  if (!numeral || others.length > 0 || !isBare(text, numeral)) return undefined
  const { value: hour, start, end } = numeral
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) return undefined
  return { start, end, time: { hour, minute: 0, second: 0, ambiguous: isTwiceADay(hour) } }
}

const isBare = (text: string, { start, end }: { start: number; end: number }): boolean =>
  fold(text.slice(0, start) + text.slice(end)).replace(/[^\p{L}\p{N}]/gu, '') === ''

/** Noon and midnight have names of their own: 12 is noon. */
const isTwiceADay = (hour: number): boolean => hour >= 1 && hour <= 11

function parsed(text: string, around: Around): readonly MomentMention[] {
  const { now, timeZone, locale } = around
  const parser = around.language.answers.dates?.(locale)
  if (!parser) return []
  const reference = { instant: new Date(now), timezone: Math.round(offsetMsAt(now, timeZone) / 60_000) }
  return parser
    .parse(text, reference, { forwardDate: true })
    .flatMap((mention) => (mention.end ? [] : [momentOfMention(mention, around)]))
    .filter((mention) => mention !== undefined)
}

function momentOfMention(mention: DateMention, around: Around): MomentMention | undefined {
  const { index, text, start } = mention
  const day = dayOf(start)
  const time = timeOf(mention, around.locale)
  if (!day && !time) return undefined
  const at = start.isCertain('timezoneOffset') ? exactly(start) : undefined
  return {
    start: index,
    end: index + text.length,
    ...(day && { day }),
    ...(time && { time }),
    ...(at !== undefined && { at }),
  }
}

const certainly = (parts: DateParts, ...names: Parameters<DateParts['isCertain']>[0][]): boolean =>
  names.some((name) => parts.isCertain(name))

const numberOf = (parts: DateParts, name: Parameters<DateParts['get']>[0]): number => parts.get(name) ?? 0

function dayOf(parts: DateParts): MomentMention['day'] {
  if (!certainly(parts, 'day', 'weekday')) return undefined
  const day = { year: numberOf(parts, 'year'), month: numberOf(parts, 'month'), day: numberOf(parts, 'day') }
  return exists(day) ? day : undefined
}

/** Years are written with four digits. */
function exists({ year, month, day }: { year: number; month: number; day: number }): boolean {
  if (!(year >= 1 && year <= 9_999 && month >= 1 && month <= 12)) return false
  const wall = wallTimeAt(asUtc({ year, month, day, hour: 0, minute: 0, second: 0 }), 'UTC')
  return wall.month === month && wall.day === day
}

function timeOf({ text, start }: DateMention, locale: string): TimeOfDay | undefined {
  if (!start.isCertain('hour')) return undefined
  const hour = numberOf(start, 'hour')
  if (hour > 23) return undefined
  const ambiguous = isTwiceADay(hour) && !start.isCertain('meridiem') && !isByDayClock(text, locale)
  return { hour, minute: numberOf(start, 'minute'), second: numberOf(start, 'second'), ambiguous }
}

/** Written as a clock with 24 hours shows it: 05:30, and 5:30 where such clocks are usual. */
const isByDayClock = (text: string, locale: string): boolean =>
  /(?<!\d)0\d/.test(text) ||
  (/\d[:.]\d\d/.test(text) && !new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12)

function exactly(parts: DateParts): number | undefined {
  const [year, month, day] = [numberOf(parts, 'year'), numberOf(parts, 'month'), numberOf(parts, 'day')]
  const [hour, minute, second] = [numberOf(parts, 'hour'), numberOf(parts, 'minute'), numberOf(parts, 'second')]
  if (!exists({ year, month, day })) return undefined
  return asUtc({ year, month, day, hour, minute, second }) - numberOf(parts, 'timezoneOffset') * 60_000
}
