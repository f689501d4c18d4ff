/**
 * A turn that is open: what a bot has in hand.
 *
 * @example
 * const describe = ({ bot, conversation, seq, since }: TurnAtWork): string =>
 *   `${bot} has had message ${seq} of ${conversation} since ${new Date(since).toISOString()}`
 * console.log(server.openTurns().map(describe))
 */
export interface TurnAtWork {
  vendor: string
  bot: string
  conversation: string
  /** Of the message that the bot is to handle first, where that is one. */
  seq?: number
  /** The id of the timer that it is to handle first, where that is one. */
  timer?: string
  /** When the bot was told of that: milliseconds since the Unix epoch, the server's clock. 0 where it is still to be told. */
  since: number
}
