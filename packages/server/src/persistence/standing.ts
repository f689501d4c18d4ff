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

/** The standing after everything up to `processed` was handled. */
export const advanced = (standing: StandingRecord, processed: number): StandingRecord => ({
  ...standing,
  processed,
  skipped: standing.skipped.filter((seq) => seq > processed),
})
