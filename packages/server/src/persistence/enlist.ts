import { isDeepStrictEqual } from 'node:util'
import { under } from '../kv/keys.js'
import type { Partitions, SharedKeyValue, Transaction } from '../kv/port.js'
import { conversationsOf } from '../state/roster/tables.js'
import { feeds } from './feed/tables.js'
import type { BotProfile } from './port.js'
import { isSeated, type Seat, seatKey } from './seat.js'
import { advanced, standingOf } from './standing.js'
import { bots, enlisting, joins, standings } from './tables.js'
import { refreshWaiting } from './waiting.js'

/** Makes a client known as a bot; what was said in its conversations before waits for it from now on. */
export const enlistBot = (tx: Transaction, vendor: string, bot: string, profile: BotProfile): void => {
  const known = tx.get(bots, [vendor, bot]) !== undefined
  tx.put(bots, [vendor, bot], profile)
  if (known) return
  for (const conversation of conversationsOf(tx, vendor, bot)) enlistIn(tx, { vendor, conversation, bot })
}

const enlistIn = (tx: Transaction, seat: Seat): void => {
  const joined = tx.get(joins, seatKey(seat))
  if (joined !== undefined) takeSeat(tx, seat, joined)
  if (isSeated(tx, seat)) refreshWaiting(tx, seat)
}

/**
 * The same where the store is divided: each partition knows the bot, for it is there that what is said waits for it. Once one
 * does, whoever joins or speaks there sees to that; then the conversations are looked for in which the bot was before.
 */
export const enlistEverywhere = async (
  partitions: Partitions,
  vendor: string,
  bot: string,
  profile: BotProfile,
): Promise<void> => {
  const known = await Promise.all(partitions.all.map((each) => each.write((tx) => makeKnown(tx, vendor, bot, profile))))
  const byPartition = new Map<SharedKeyValue, string[]>()
  for (const [at, joined] of known.entries()) if (joined) byPartition.set(partitions.all[at] as SharedKeyValue, joined)
  if (byPartition.size === 0) return
  const listed = await partitions.of(vendor, bot).read((reader) => [...conversationsOf(reader, vendor, bot)])
  for (const conversation of listed) byPartition.get(partitions.of(vendor, conversation))?.push(conversation)
  await Promise.all(
    [...byPartition].map(([each, conversations]) => each.write((tx) => enlistInAll(tx, vendor, bot, conversations))),
  )
}

/**
 * Where it was not known there, or whoever made it known has gone no further, answers conversations that may not be in the
 * bot's roster yet.
 */
const makeKnown = (tx: Transaction, vendor: string, bot: string, profile: BotProfile): string[] | undefined => {
  const known = tx.get(bots, [vendor, bot])
  const isNew = known === undefined || tx.get(enlisting, [vendor, bot]) !== undefined
  if (known === undefined) tx.put(enlisting, [vendor, bot], true)
  if (!isDeepStrictEqual(known, profile)) tx.put(bots, [vendor, bot], profile)
  return isNew ? joinedLately(tx, vendor, bot) : undefined
}

const joinedLately = (tx: Transaction, vendor: string, bot: string): string[] =>
  [...tx.range(feeds, under(vendor))]
    .filter(({ value }) => value.some(({ change }) => change?.joined.includes(bot)))
    .map(({ key }) => key[1] as string)

const enlistInAll = (tx: Transaction, vendor: string, bot: string, conversations: readonly string[]): void => {
  for (const conversation of new Set(conversations)) enlistIn(tx, { vendor, conversation, bot })
  tx.remove(enlisting, [vendor, bot])
}

/** The bot hears from the entry on with which it joined. */
export const takeSeat = (tx: Transaction, seat: Seat, joined: number): void => {
  const standing = standingOf(tx, seat)
  tx.put(standings, seatKey(seat), advanced(standing, { processed: Math.max(standing.processed, joined - 1) }))
}
