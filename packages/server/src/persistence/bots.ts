import type { Reader } from '../kv/port.js'
import type { JournalMessage } from './port.js'
import { bots } from './tables.js'

export const isBot = (reader: Reader, vendor: string, client: string): boolean =>
  reader.get(bots, [vendor, client]) !== undefined

/** Two bots in one room must not talk for ever: a bot hears another one only where the message names it. */
export const isFor = (reader: Reader, vendor: string, bot: string, { from, to }: JournalMessage): boolean =>
  from !== bot && (to === bot || !isBot(reader, vendor, from))
