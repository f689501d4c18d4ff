/** For whom, and when, something is read or written. */
export interface Around {
  /** The language of the one who is spoken with, BCP 47: what the message said, or the bot's own. */
  readonly locale: string
  /** IANA name: what the message said, or the bot's own. */
  readonly timeZone: string
  /** The server's clock, milliseconds since the Unix epoch. */
  readonly now: number
}
