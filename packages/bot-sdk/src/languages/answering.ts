/** How people answer. Case, accents and punctuation don't count. */
export interface AnswerWords {
  readonly yes: readonly string[]
  readonly no: readonly string[]
  /** What has a word of `yes` or `no` in it, and is neither: "no idea". */
  readonly unsure: readonly string[]
  /** What takes back the word after it: "not" in "not the small one". */
  readonly not: readonly string[]
  readonly numbers: NumberWords
  /**
   * Reads dates and times, by the habits of a locale of this language: in `en-US` 7/4 is a day in July. A parser of
   * chrono-node fits. Left out, only ISO 8601 is read.
   */
  dates?(locale: string): DateParser
}

/** Numbers in words. */
export interface NumberWords {
  /** Each writes a whole number from 0 to 999,999 in words: `toCardinal` of n2words fits. */
  readonly cardinals: readonly ((number: number) => string)[]
  /** Each writes the place in a list: "second". */
  readonly ordinals: readonly ((number: number) => string)[]
  /** Others, such as "a dozen". */
  readonly named: Readonly<Record<string, number>>
  /** What makes the number after it negative. */
  readonly minus: readonly string[]
}

/** Finds dates in a text. */
export interface DateParser {
  parse(text: string, reference: DateReference, options: { forwardDate: boolean }): readonly DateMention[]
}
export interface DateReference {
  instant: Date
  /** Minutes that the clock is ahead of UTC. */
  timezone: number
}
export interface DateMention {
  readonly index: number
  readonly text: string
  readonly start: DateParts
  /** Of a span of time. */
  readonly end?: unknown
}
export interface DateParts {
  get(part: DatePart): number | null
  /** Whether it was said, and not made up. */
  isCertain(part: DatePart): boolean
}
export type DatePart =
  | ('year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second')
  | ('meridiem' | 'timezoneOffset')

/** What would be right, to be put into a sentence. Numbers come as they are written in the person's country. */
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

/** Of a number: at least and at most these; or above and below those. */
export interface NumberBounds {
  whole: boolean
  least?: string
  most?: string
  above?: string
  below?: string
}

export type FileKind = 'picture' | 'sound' | 'film' | 'file'
