import { under } from '../kv/keys.js'
import type { Reader, Transaction } from '../kv/port.js'
import type { WaitingQuery } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { bots, parked, type StandingRecord, standings } from './tables.js'

const enlistedVersion = (reader: Reader, vendor: string, bot: string): string | undefined =>
  reader.get(bots, [vendor, bot])?.version

/** Whether the state waits for another version than this one; than the enlisted one where none is given. */
export const isParked = (
  reader: Reader,
  { vendor, bot }: Seat,
  { parked }: StandingRecord,
  version: string | undefined,
): boolean => parked !== undefined && parked.version === (version ?? enlistedVersion(reader, vendor, bot))

/** Conversations whose state this version cannot restore. */
export const parkedFor = (reader: Reader, { vendor, bot, version }: WaitingQuery): Set<string> => {
  const ours = version ?? enlistedVersion(reader, vendor, bot) ?? null
  const all = [...reader.range(parked, under(vendor, bot))]
  return new Set(all.filter(({ value }) => value === ours).map(({ key }) => key[2] as string))
}

/** Puts the state aside, whole, until a bot of another version comes. */
export const park = (
  tx: Transaction,
  seat: Seat,
  now: number,
  { reason, version }: { reason: string; version?: string },
): void => {
  const ours = version ?? enlistedVersion(tx, seat.vendor, seat.bot)
  const note = { reason, since: now, ...(ours !== undefined && { version: ours }) }
  tx.put(standings, seatKey(seat), { ...standingOf(tx, seat), parked: note })
  tx.put(parked, [seat.vendor, seat.bot, seat.conversation], ours ?? null)
}

/** The standing of a state that was restored. */
export const unpark = (
  tx: Transaction,
  seat: Seat,
  { parked: was, dropped: _, ...standing }: StandingRecord,
): StandingRecord => {
  if (was) tx.remove(parked, [seat.vendor, seat.bot, seat.conversation])
  return standing
}
