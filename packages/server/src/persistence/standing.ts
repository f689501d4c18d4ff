import type { Reader } from '../kv/port.js'
import { type Seat, seatKey } from './seat.js'
import { type StandingRecord, standings } from './tables.js'

export const beforeFirst: StandingRecord = {
  processed: 0,
  skipped: [],
  revision: 0,
  public: { value: null, tags: [], accepts: [] },
}

export const standingOf = (reader: Reader, seat: Seat): StandingRecord =>
  reader.get(standings, seatKey(seat)) ?? beforeFirst

/** What of a conversation's messages was handled. */
export interface Handled {
  /** Everything up to here. */
  processed: number
  /** Of those that were given once more. */
  again?: readonly number[]
}

/** The standing after these messages were handled. */
export const advanced = (
  { again: waiting = [], ...standing }: StandingRecord,
  { processed, again = [] }: Handled,
): StandingRecord => {
  const left = waiting.filter((seq) => !again.includes(seq))
  return {
    ...standing,
    processed,
    skipped: standing.skipped.filter((seq) => seq > processed),
    ...(left.length > 0 && { again: left }),
  }
}

/** Whether that handles a message which waits. */
export const handlesMessage = (standing: StandingRecord, { processed, again = [] }: Handled): boolean =>
  processed > standing.processed || again.some((seq) => standing.again?.includes(seq))
