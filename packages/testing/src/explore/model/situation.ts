import type { StoredRun } from '@daakia/bot-sdk/internal'
import type { Message } from '@daakia/client-sdk'
import type { DueTimer, Envelope, PublicState } from '@daakia/protocol'
import type { Outcome } from './outcomes.js'

/** A conversation between two turns, as a server has it: data alone, so that any number of ways lead on from it. */
export interface Situation {
  /** Milliseconds since the Unix epoch. */
  now: number
  /** `seq` of the newest message. */
  head: number
  /** Up to which message the bot has handled all. */
  processed: number
  revision: number
  /** `null` where no run is going on. */
  state: StoredRun | null
  /** The state is that of a bot which is still at work. */
  isUnfinished: boolean
  public: PublicState
  /** How long nobody has to speak before the bot is given what was said, milliseconds. */
  quietMs: number
  timers: readonly DueTimer[]
  /** What the bot has not handled. */
  pending: readonly Envelope[]
  /** What was said since the person spoke. */
  unanswered: readonly Message[]
  /** How promises that run will end, by their idempotency keys. */
  running: ReadonlyMap<string, Outcome>
}

export const noRun: PublicState = { value: null, tags: [], accepts: ['message'] }

/** @param quietMs as the bot has it */
export const beginning = (now: number, quietMs: number): Situation => ({
  quietMs,
  ...{ now, head: 0, processed: 0, revision: 0, state: null, isUnfinished: false, public: noRun },
  ...{ timers: [], pending: [], unanswered: [], running: new Map() },
})
