import type { DueTimer } from '@daakia/protocol'
import type { Reader, Transaction } from '../kv/port.js'
import type { Debounce, Outcome } from './port.js'
import { type Seat, seatKey } from './seat.js'
import { handlesMessage, standingOf } from './standing.js'
import { type StoredJson, stateOf } from './states.js'
import { checkpoints, type DeadLetterRecord, type StandingRecord, standings, states, timers } from './tables.js'
import { cancelTimer, setTimer, timersOf } from './timers.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

/** What a bot was before the first checkpoint of a turn: where it goes back to when the turn is given up. */
export interface CheckpointRecord {
  state: StoredJson
  public: StandingRecord['public']
  debounce?: Debounce | null
  timers: readonly DueTimer[]
  /** What the turn handles. */
  about?: { seq: number } | { timer: string; due: number }
}

/** Keeps what was before a turn's first checkpoint. To be called before anything of the commit is written. */
export const keepBefore = (tx: Transaction, seat: Seat, standing: StandingRecord, outcome: Committed): void => {
  if (tx.get(checkpoints, seatKey(seat))) return
  const about = aboutOf(tx, seat, standing, outcome)
  tx.put(checkpoints, seatKey(seat), {
    state: tx.get(states, seatKey(seat)) ?? null,
    public: standing.public,
    ...(standing.debounce !== undefined && { debounce: standing.debounce }),
    timers: timersOf(tx, seat),
    ...(about && { about }),
  })
}

const aboutOf = (
  reader: Reader,
  seat: Seat,
  standing: StandingRecord,
  outcome: Committed,
): CheckpointRecord['about'] => {
  const [again] = outcome.again ?? []
  if (handlesMessage(standing, outcome)) return { seq: again ?? outcome.processed }
  for (const timer of outcome.timers.cancel) {
    const due = reader.get(timers, [...seatKey(seat), timer])
    if (due !== undefined) return { timer, due }
  }
  return undefined
}

/** The turn is done: there is nothing to go back to. */
export const forgetBefore = (tx: Transaction, seat: Seat): void => {
  if (tx.get(checkpoints, seatKey(seat))) tx.remove(checkpoints, seatKey(seat))
}

/**
 * Gives up a turn that does not get beyond its checkpoint: the bot is again what it was before it. What was said stays
 * said. Answers what the turn was about.
 */
export const goBack = (tx: Transaction, seat: Seat, revision: number): DeadLetterRecord['about'] => {
  const before: CheckpointRecord = tx.get(checkpoints, seatKey(seat)) ?? { state: null, public: noRun, timers: [] }
  const about = before.about ?? { state: stateOf(tx, seat) }
  const { working: _, last: __, debounce: ___, ...standing } = standingOf(tx, seat)
  tx.put(standings, seatKey(seat), {
    ...standing,
    revision,
    public: before.public,
    ...(before.debounce !== undefined && { debounce: before.debounce }),
  })
  tx.put(states, seatKey(seat), before.state)
  for (const { id } of timersOf(tx, seat)) cancelTimer(tx, seat, id)
  for (const timer of before.timers) if (!isAbout(about, timer)) setTimer(tx, seat, timer)
  forgetBefore(tx, seat)
  return about
}

const noRun: StandingRecord['public'] = { value: null, tags: [], accepts: [] }

const isAbout = (about: DeadLetterRecord['about'], { id }: DueTimer): boolean => 'timer' in about && about.timer === id
