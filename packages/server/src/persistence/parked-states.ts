import { under } from '../kv/keys.js'
import type { Key, Reader, Transaction } from '../kv/port.js'
import type { Room } from './append.js'
import { forgetBefore } from './checkpoints.js'
import { keepLetter } from './dead-letters.js'
import type { Handed } from './handoffs/changes.js'
import { giveUp } from './handoffs/commit.js'
import { pageOf, positionOf } from './pages.js'
import { unpark } from './parking.js'
import type { Page, ParkedState } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { standingOf } from './standing.js'
import { stateOf } from './states.js'
import { parked, type StandingRecord, standings, states } from './tables.js'
import { cancelTimer, timersOf } from './timers.js'
import { forgetTries } from './tries.js'
import { refreshWaiting } from './waiting.js'

type Parked = StandingRecord & Required<Pick<StandingRecord, 'parked'>>

const isParkedAtAll = (standing: StandingRecord): standing is Parked => standing.parked !== undefined

/** By bot and conversation. */
export const listParked = (
  reader: Reader,
  vendor: string,
  query: { bot?: string; after?: string; limit: number },
): Page<ParkedState> =>
  pageOf(parkedAfter(reader, vendor, query), query.limit, ({ bot, conversation }) => [bot, conversation])

function* parkedAfter(
  reader: Reader,
  vendor: string,
  { bot, after }: { bot?: string; after?: string },
): Iterable<ParkedState> {
  const all = bot === undefined ? under(vendor) : under(vendor, bot)
  const last: Key | undefined = after === undefined ? undefined : [vendor, ...positionOf(after)]
  for (const { key } of reader.range(parked, last ? { ...all, from: last } : all)) {
    if (last && key[1] === last[1] && key[2] === last[2]) continue
    const seat = { vendor, bot: key[1] as string, conversation: key[2] as string }
    const standing = standingOf(reader, seat)
    if (isParkedAtAll(standing)) yield describe(seat, standing)
  }
}

export const findParked = (reader: Reader, seat: Seat): (ParkedState & { state: unknown }) | undefined => {
  const standing = standingOf(reader, seat)
  if (!isParkedAtAll(standing)) return undefined
  return { ...describe(seat, standing), state: stateOf(reader, seat) }
}

const describe = ({ conversation, bot }: Seat, { parked: { reason, version, since }, revision }: Parked) => ({
  conversation,
  bot,
  reason,
  ...(version !== undefined && { version }),
  since,
  revision,
})

/** Whether it was parked. */
export const retryParkedState = (tx: Transaction, seat: Seat): boolean => {
  const standing = standingOf(tx, seat)
  if (!isParkedAtAll(standing)) return false
  tx.put(standings, seatKey(seat), unpark(tx, seat, standing))
  forgetTries(tx, seat)
  return true
}

/**
 * Forgets a parked state and its timers; a dead letter keeps the state. What the bot was handed it gives back. That it was
 * dropped is noted until `forgetDrop`. Answers `undefined` where it was not parked.
 */
export const dropParkedState = (tx: Transaction, room: Room, seat: Seat, now: number): Handed | undefined => {
  const standing = standingOf(tx, seat)
  if (!isParkedAtAll(standing)) return undefined
  const revision = standing.revision + 1
  const { last: _, working: __, debounce: ___, ...rest } = unpark(tx, seat, standing)
  forgetBefore(tx, seat)
  const about = { state: stateOf(tx, seat) }
  keepLetter(tx, seat, revision, { at: now, about, cause: standing.parked.reason, tries: [] })
  tx.put(standings, seatKey(seat), { ...rest, revision, public: { value: null, tags: [], accepts: [] } })
  tx.remove(states, seatKey(seat))
  for (const { id } of timersOf(tx, seat)) cancelTimer(tx, seat, id)
  forgetTries(tx, seat)
  refreshWaiting(tx, seat)
  const error = { code: 'failed', message: `The state of ${seat.bot} did not fit its code, and was dropped` }
  const handed = giveUp(tx, room, { bot: seat.bot, revision, index: 0, now }, { error })
  const after = standingOf(tx, seat)
  tx.put(standings, seatKey(seat), { ...after, dropped: after.revision })
  return handed
}

/** Whether it is noted that it was dropped, and nothing has come of it since. */
export const wasDropped = (reader: Reader, seat: Seat): boolean => {
  const standing = standingOf(reader, seat)
  return !isParkedAtAll(standing) && standing.dropped === standing.revision
}

/** Who has dropped it is told now: who drops it from now on is told that it is not there. */
export const forgetDrop = (tx: Transaction, seat: Seat): void => {
  if (!wasDropped(tx, seat)) return
  const { dropped: _, ...standing } = standingOf(tx, seat)
  tx.put(standings, seatKey(seat), standing)
}

export const countParked = (reader: Reader): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const { key } of reader.range(parked, under())) {
    const vendor = key[0] as string
    counts.set(vendor, (counts.get(vendor) ?? 0) + 1)
  }
  return counts
}
