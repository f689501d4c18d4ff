import type { Language } from '../languages/port.js'

/**
 * For whom, and when, something is read or written.
 *
 * @example
 * entry: say(({ now, locale, timeZone }) => `It is ${new Date(now).toLocaleTimeString(locale, { timeZone })}.`)
 */
export interface Around {
  /** The language of the one who is spoken with, BCP 47: what the message said, or the bot's own. */
  readonly locale: string
  /** The words of that language, or of the nearest that the bot speaks. */
  readonly language: Language
  /** IANA name: what the message said, or the bot's own. */
  readonly timeZone: string
  /** The server's clock, milliseconds since the Unix epoch. */
  readonly now: number
}
