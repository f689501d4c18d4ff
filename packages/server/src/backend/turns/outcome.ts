import {
  type CommitHandoff,
  type CommitTurn,
  type FailTurn,
  isClientId,
  mostHandoffBytes,
  type ParkTurn,
  payloadOf,
  type Utterance,
} from '@daakia/protocol'
import { fieldRules } from '../../persistence/field-rules.js'
import type { NewUtterance, Outcome } from '../../persistence/port.js'
import { badParams } from '../rpc/failure.js'
import { debounceOf } from './debounce.js'

type Committed = Extract<Outcome, { kind: 'committed' }>

const longestCause = 2_000

/** A commit as the store takes it. Delays count from `since`, when the bot was told what waits. @throws RpcFailure */
export const toCommitted = (params: CommitTurn, since: number, keep: boolean): Committed => ({
  kind: 'committed',
  commitId: params.commitId,
  revision: params.revision,
  processed: params.processed,
  ...(params.again && { again: params.again }),
  state: params.state,
  messages: params.messages.map(toUtterance),
  timers: {
    set: params.timers.set.map(({ id, delayMs }) => ({ id, due: since + delayMs })),
    cancel: params.timers.cancel,
  },
  public: params.public,
  ...(params.debounce !== undefined && { debounce: params.debounce && debounceOf(params.debounce) }),
  keep,
  ...(params.checkpoint && { checkpoint: true }),
  ...(params.handoff && { handoff: checkedHandoff(params.handoff, params.checkpoint) }),
})

/** @throws RpcFailure */
const checkedHandoff = (handoff: CommitHandoff, isCheckpoint = false): CommitHandoff => {
  const { give, giveBack } = handoff
  if (isCheckpoint) throw badParams('handoff: a checkpoint hands nothing over: say it with the commit at the end')
  if (give && giveBack) throw badParams('handoff: give and giveBack: who gives it back has nothing to hand over')
  if (give && !isClientId(give.to)) throw badParams('handoff.give.to: must be the name of a bot')
  if (give && !isClientId(give.client)) throw badParams('handoff.give.client: must be the name of a client')
  if (giveBack && 'output' in giveBack && Buffer.byteLength(JSON.stringify(giveBack.output) ?? '') > mostHandoffBytes)
    throw badParams(`handoff.giveBack.output: must be at most ${mostHandoffBytes} bytes as JSON`)
  return handoff
}

export const toFailed = (
  { seq, timer, cause }: Pick<FailTurn, 'seq' | 'timer' | 'cause'>,
  revision: number,
  retryAt: number,
): Outcome => ({
  kind: 'failed',
  revision,
  cause: cause.slice(0, longestCause),
  retryAt,
  ...(seq !== undefined && { seq }),
  ...(timer !== undefined && { timer }),
})

export const toParked = ({ reason }: ParkTurn, revision: number, version: string | undefined): Outcome => ({
  kind: 'parked',
  revision,
  reason: reason.slice(0, longestCause),
  ...(version !== undefined && { version }),
})

const checked = ['type', 'contentType', 'replyTo', 'to', 'traceparent', 'plain'] as const

const toUtterance = (utterance: Utterance, index: number): NewUtterance => {
  for (const field of checked) check(utterance[field], field, index)
  const { type, contentType, replyTo, to, traceparent, plain, ...encoded } = utterance
  return {
    type,
    payload: payloadOf(encoded),
    ...(contentType !== undefined && { contentType }),
    ...(replyTo !== undefined && { replyTo }),
    ...(to !== undefined && { to }),
    ...(traceparent !== undefined && { traceparent }),
    ...(plain !== undefined && { plain }),
  }
}

const check = (value: string | undefined, field: keyof typeof fieldRules, index: number): void => {
  if (value !== undefined && !fieldRules[field].holds(value))
    throw badParams(`messages.${index}.${field}: must be ${fieldRules[field].rule}`)
}
