import { under } from '../kv/keys.js'
import type { Key, Range, Reader } from '../kv/port.js'
import { positionOf } from './pages.js'
import type { Page, StoredState } from './port.js'
import { isSeated, type Seat } from './seat.js'
import { stateOf } from './states.js'
import { type StandingRecord, standings } from './tables.js'

/** So many places of bots are looked at for one page: those of other bots lie between. */
const mostLookedAt = 2_000

/** By conversation. Reads no more than a page may cost. */
export const listStates = (
  reader: Reader,
  vendor: string,
  { bot, after, limit }: { bot: string; after?: string; limit: number },
): Page<StoredState> => {
  const items: StoredState[] = []
  let looked = 0
  let last: Key = []
  for (const { key, value } of reader.range(standings, rangeAfter(vendor, after))) {
    if (items.length >= limit || looked >= mostLookedAt) return { items, next: JSON.stringify(last) }
    looked++
    last = key.slice(1)
    const seat = { vendor, conversation: key[1] as string, bot: key[2] as string }
    const found = seat.bot === bot ? storedIn(reader, seat, value) : undefined
    if (found) items.push(found)
  }
  return { items }
}

/** What lies behind the place that `after` names: a key that goes on from it is the first. */
const rangeAfter = (vendor: string, after: string | undefined): Range => {
  const all = under(vendor)
  return after === undefined ? all : { ...all, from: [vendor, ...positionOf(after), 0] }
}

const storedIn = (reader: Reader, seat: Seat, { revision, parked }: StandingRecord): StoredState | undefined => {
  const state = stateOf(reader, seat)
  if (state === null || !isSeated(reader, seat)) return undefined
  return { conversation: seat.conversation, revision, state, ...(parked && { parked: parked.reason }) }
}
