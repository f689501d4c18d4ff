import type { Around } from '../../authoring/around.js'
import { type MomentMention, momentsIn } from './moments-in.js'
import type { Reader } from './port.js'
import {
  asUtc,
  isoDate,
  isoMinutes,
  isoOffset,
  isoSeconds,
  momentOf,
  offsetMsAt,
  type WallTime,
  wallTimeAt,
} from './zoned.js'

/** What of a moment is asked for. */
export type MomentKind = 'date' | 'time' | 'datetime'

export interface MomentForm {
  /** A time without its offset from UTC is taken too, and is what is wanted. */
  local?: boolean
}

/** Reads dates and times, in the person's language and time zone, as ISO 8601. What is not said lies ahead. */
export function momentReader(kind: MomentKind, form: MomentForm = {}): Reader {
  const valuesOf = (mention: MomentMention, around: Around) => writers[kind](mention, around, form)
  return {
    read: ({ text }, around) => {
      const mentions = momentsIn(text, around, { asked: true }).filter((mention) => tells(mention, kind))
      const [mention, ...others] = mentions
      return mention && others.length === 0 ? [text.trim(), ...valuesOf(mention, around)] : [text.trim()]
    },
    find: (text, around) =>
      momentsIn(text, around, { asked: false })
        .filter((mention) => tells(mention, kind))
        .map((mention) => ({ value: valuesOf(mention, around), start: mention.start, end: mention.end })),
    expected: (around) => around.language.expected[kind === 'datetime' ? 'dateAndTime' : kind],
  }
}

const tells = ({ day, time, at }: MomentMention, kind: MomentKind): boolean =>
  at !== undefined || (kind === 'date' ? day !== undefined : time !== undefined)

type Write = (mention: MomentMention, around: Around, form: MomentForm) => readonly string[]

const writers: Record<MomentKind, Write> = {
  date: ({ day, at }, { timeZone }) => {
    const wall = day ?? (at === undefined ? undefined : wallTimeAt(at, timeZone))
    return wall ? [isoDate({ ...midnight, ...wall })] : []
  },
  time: (mention, around) => {
    const wall = wallTimeAt(momentMeant(mention, around), around.timeZone)
    // Where the clock skips it on the next day, the time alone is still what was said.
    const { hour, minute, second } =
      mention.time?.ambiguous || mention.at !== undefined ? wall : { ...wall, ...mention.time }
    const time = { ...wall, hour, minute, second }
    return [isoMinutes(time), isoSeconds(time), `${isoSeconds(time)}.000`]
  },
  datetime: (mention, around, { local }) => datetimes(momentMeant(mention, around), around.timeZone, local ?? false),
}

const midnight = { hour: 0, minute: 0, second: 0 }

function datetimes(at: number, timeZone: string, local: boolean): readonly string[] {
  const wall = wallTimeAt(at, timeZone)
  const written = (time: WallTime, zone: string) =>
    [isoSeconds(time), isoMinutes(time), `${isoSeconds(time)}.000`].map((text) => `${isoDate(time)}T${text}${zone}`)
  const offset = isoOffset(offsetMsAt(at, timeZone))
  const without = written(wall, '')
  const inUtc = written(wallTimeAt(at, 'UTC'), 'Z')
  return [...written(wall, offset), ...(local ? [...without, ...inUtc] : [...inUtc, ...without])]
}

/** The moment that was said; where no day was, the next such time. */
function momentMeant({ at, day, time }: MomentMention, { now, timeZone }: Around): number {
  if (at !== undefined || !time) return at ?? now
  if (day) return momentOf({ ...day, ...time }, timeZone)
  const today = wallTimeAt(now, timeZone)
  const hours = time.ambiguous ? [time.hour, time.hour + 12] : [time.hour]
  const moments = [0, 1, 2].flatMap((days) =>
    hours.map((hour) => momentOf({ ...daysAfter(today, days), ...time, hour }, timeZone)),
  )
  return moments.find((moment) => moment > now) ?? now
}

const daysAfter = (wall: WallTime, days: number): WallTime =>
  wallTimeAt(asUtc({ ...wall, ...midnight, day: wall.day + days }), 'UTC')
