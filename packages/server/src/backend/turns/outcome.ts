import { type CommitTurn, type FailTurn, type ParkTurn, payloadOf, type Utterance } from '@daakia/protocol'
import type { NewUtterance, Outcome } from '../../persistence/port.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

const longestCause = 2_000

/** A commit as the store takes it. Delays count from `since`, when the bot was told what waits. */
export const toCommitted = (params: CommitTurn, since: number, keep: boolean): Committed => ({
  kind: 'committed',
  commitId: params.commitId,
  revision: params.revision,
  processed: params.processed,
  state: params.state,
  messages: params.messages.map(toUtterance),
  timers: {
    set: params.timers.set.map(({ id, delayMs }) => ({ id, due: since + delayMs })),
    cancel: params.timers.cancel,
  },
  public: params.public,
  keep,
})

export const toFailed = ({ seq, timer, cause }: FailTurn, revision: number): Outcome => ({
  kind: 'failed',
  revision,
  cause: cause.slice(0, longestCause),
  ...(seq !== undefined && { seq }),
  ...(timer !== undefined && { timer }),
})

export const toParked = ({ reason }: ParkTurn, revision: number, version: string | undefined): Outcome => ({
  kind: 'parked',
  revision,
  reason: reason.slice(0, longestCause),
  ...(version !== undefined && { version }),
})

const toUtterance = ({ type, contentType, replyTo, to, ...encoded }: Utterance): NewUtterance => ({
  type,
  payload: payloadOf(encoded),
  ...(contentType !== undefined && { contentType }),
  ...(replyTo !== undefined && { replyTo }),
  ...(to !== undefined && { to }),
})
