/**
 * How people answer. Case, accents and punctuation don't count.
 *
 * @example
 * languages: { nl: { answers: { yes: ['ja', 'graag'], no: ['nee'], unsure: ['geen idee'], not: ['niet', 'geen'] } } }
 */
export interface AnswerWords {
  readonly yes: readonly string[]
  readonly no: readonly string[]
  /** What has a word of `yes` or `no` in it, and is neither: "no idea". */
  readonly unsure: readonly string[]
  /** What takes back the word after it: "not" in "not the small one". */
  readonly not: readonly string[]
  /** What names end in when there are several: "s" in "two pizzas". In small letters, without accents. */
  readonly endings: readonly string[]
  readonly numbers: NumberWords
  /**
   * Reads dates and times, by the habits of a locale of this language: in `en-US` 7/4 is a day in July. A parser of
   * chrono-node fits. Left out, only ISO 8601 is read.
   */
  dates?(locale: string): DateParser
}

/**
 * Numbers in words.
 *
 * @example
 * import { toCardinal, toOrdinal } from 'n2words/nl-NL'
 *
 * const named = { 'een dozijn': 12, half: 0.5 }
 * const numbers: NumberWords = { cardinals: [toCardinal], ordinals: [toOrdinal], named, minus: ['min'] }
 * bot({ id: 'order-bot', version: 1, machine, languages: { nl: { answers: { numbers } } } })
 */
export interface NumberWords {
  /** Each writes a whole number from 0 to 999,999 in words: `toCardinal` of n2words fits. */
  readonly cardinals: readonly ((number: number) => string)[]
  /** Each writes the place in a list: "second". */
  readonly ordinals: readonly ((number: number) => string)[]
  /** Others, such as "a dozen". */
  readonly named: Readonly<Record<string, number>>
  /** What says of the thing that follows that there is one: "a" in "a salad". In small letters. */
  readonly articles?: readonly string[]
  /** What comes after an article and makes it many: "lot" in "a lot". In small letters. */
  readonly vague?: readonly string[]
  /** What makes the number after it negative. */
  readonly minus: readonly string[]
}

/**
 * Finds dates in a text.
 *
 * @example
 * import { casual } from 'chrono-node/nl'
 *
 * const dates = (): DateParser => casual
 * bot({ id: 'order-bot', version: 1, machine, languages: { nl: { answers: { dates } } } })
 */
export interface DateParser {
  parse(text: string, reference: DateReference, options: { forwardDate: boolean }): readonly DateMention[]
}

/**
 * When it is said, and in which time zone: what "tomorrow" counts from.
 *
 * @example
 * const today = ({ instant, timezone }: DateReference): string =>
 *   new Date(instant.getTime() + timezone * 60_000).toISOString().slice(0, 10)
 */
export interface DateReference {
  instant: Date
  /** Minutes that the clock is ahead of UTC. */
  timezone: number
}

/**
 * A date, a time or both, and where the text names it.
 *
 * @example
 * const newYear = (text: string, start: DateParts): readonly DateMention[] => {
 *   const index = text.indexOf('New Year')
 *   return index < 0 ? [] : [{ index, text: 'New Year', start }]
 * }
 */
export interface DateMention {
  readonly index: number
  readonly text: string
  readonly start: DateParts
  /** Of a span of time. */
  readonly end?: unknown
}

/**
 * What a date is made of.
 *
 * @example
 * const newYear = (year: number): DateParts => {
 *   const parts: Partial<Record<DatePart, number>> = { year, month: 1, day: 1 }
 *   return { get: (part) => parts[part] ?? null, isCertain: (part) => part === 'month' || part === 'day' }
 * }
 */
export interface DateParts {
  get(part: DatePart): number | null
  /** Whether it was said, and not made up. */
  isCertain(part: DatePart): boolean
}

/**
 * A part of a date or a time, as chrono-node names and counts it: months from 1, `weekday` from 0 for Sunday, `meridiem` 0
 * before noon and 1 after it, `timezoneOffset` in minutes.
 *
 * @example
 * const clock: readonly DatePart[] = ['hour', 'minute', 'second']
 * const saysTime = ({ start }: DateMention): boolean => clock.some((part) => start.isCertain(part))
 */
export type DatePart =
  | ('year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second')
  | ('meridiem' | 'timezoneOffset')

/**
 * What would be right, to be put into a sentence. Numbers come as they are written in the person's country.
 *
 * @example
 * const wrong: ExpectedPhrases['wrong'] = (answer, expected) => `${answer ? `"${answer}"` : 'Dat'} is niet ${expected}.`
 * bot({ id: 'order-bot', version: 1, machine, languages: { nl: { expected: { yesOrNo: 'ja of nee', wrong } } } })
 */
export interface ExpectedPhrases {
  readonly yesOrNo: string
  readonly date: string
  readonly time: string
  readonly dateAndTime: string
  readonly email: string
  readonly phone: string
  /** Where nobody knows the country of a number without its code. */
  readonly phoneWithCode: string
  readonly contact: string
  readonly location: string
  readonly webAddress: string
  /**
   * Says that an answer does not fit.
   *
   * @param answer what was written; absent where it is too long to be repeated, or was no text
   * @param expected what would be right: one of the other phrases
   */
  wrong(answer: string | undefined, expected: string): string
  /** @param list joined: "small, medium or large" */
  oneOf(list: string): string
  number(bounds: NumberBounds): string
  /** A text of a certain length, in characters. */
  text(bounds: { least?: string; most?: string }): string
  file(kind: FileKind, bounds: { most?: string }): string
}

/**
 * Of a number: at least and at most these; or above and below those.
 *
 * @example
 * const number = ({ whole, least, most }: NumberBounds): string =>
 *   [whole ? 'een heel getal' : 'een getal', least && `vanaf ${least}`, most && `tot ${most}`].filter(Boolean).join(' ')
 */
export interface NumberBounds {
  whole: boolean
  least?: string
  most?: string
  above?: string
  below?: string
}

/**
 * What kind of file is asked for: `file` where it may be of several kinds, or of any.
 *
 * @example
 * const files: Record<FileKind, string> = { picture: 'een foto', sound: 'een opname', film: 'een film', file: 'een bestand' }
 */
export type FileKind = 'picture' | 'sound' | 'film' | 'file'
