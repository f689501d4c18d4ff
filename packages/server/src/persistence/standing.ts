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
  /** Of those that went first. */
  again?: readonly number[]
}

/** The standing after these messages were handled. */
export const advanced = (
  { again: waiting = [], ahead: first = [], ...standing }: StandingRecord,
  { processed, again = [] }: Handled,
): StandingRecord => {
  const left = waiting.filter((seq) => !again.includes(seq))
  const ahead = first.filter((seq) => seq > processed && !again.includes(seq))
  const overtaken = first.filter((seq) => again.includes(seq))
  return {
    ...standing,
    processed,
    skipped: [...standing.skipped, ...overtaken].filter((seq) => seq > processed),
    ...(left.length > 0 && { again: left }),
    ...(ahead.length > 0 && { ahead }),
  }
}

/** Whether that handles a message which waits. */
export const handlesMessage = (standing: StandingRecord, { processed, again = [] }: Handled): boolean =>
  processed > standing.processed || again.some((seq) => goesFirst(standing, seq))

/** Whether the message goes before those after `processed`. */
export const goesFirst = ({ again = [], ahead = [] }: StandingRecord, seq: number): boolean =>
  again.includes(seq) || ahead.includes(seq)
