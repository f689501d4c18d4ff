import {
  type Alarm,
  type Clock,
  callProperties,
  cancelMethod,
  RpcAnswer,
  RpcCode,
  type RpcError,
  topics,
} from '@daakia/protocol'
import { type Deferred, deferred } from '../deferred.js'
import { CallTimeout, RpcFailure } from '../errors.js'
import type { TransportMessage } from '../transport/port.js'
import type { CallOptions } from './port.js'

const text = new TextDecoder()
const bytes = new TextEncoder()
export const defaultTimeoutMs = 10_000

/** What is called. */
export interface Target {
  service: string
  method: string
  params: unknown
}

/** A call on its way: settled by its answer, its time, its signal, or the end of the connection it was sent on. */
export interface Call {
  readonly id: string
  readonly settled: boolean
  readonly answer: Promise<unknown>
  /** The request, to be answered on `responseTopic`. From here on the call ends with the connection. */
  request(responseTopic: string): TransportMessage
  fail(error: Error): void
}

interface SentCall extends Call {
  take(answer: unknown): void
}

/** Calls that wait for their answers, by id. No `Map`: those that much is deleted from keep what they held for long. */
export class Calls {
  readonly #sent: Record<string, SentCall> = Object.create(null)
  readonly #clock: Clock
  readonly #newId: () => string

  constructor(clock: Clock, newId: () => string) {
    this.#clock = clock
    this.#newId = newId
  }

  /** @param cancel called where `signal` is aborted after the call was sent, with what tells the other side. */
  open(target: Target, options: CallOptions, cancel: (cancellation: TransportMessage) => void): Call {
    const { service, method } = target
    const { timeoutMs = defaultTimeoutMs, signal } = options
    const id = this.#newId()
    const due = this.#clock.now() + timeoutMs
    const outcome = deferred<unknown>()
    let settled = false
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      delete this.#sent[id]
      alarm.cancel()
      signal?.removeEventListener('abort', abort)
      finish()
    }
    const call = {
      id,
      get settled() {
        return settled
      },
      answer: outcome.promise,
      request: (responseTopic: string) => {
        this.#sent[id] = call
        const leftMs = options.timeoutMs === undefined ? undefined : Math.max(1, due - this.#clock.now())
        return requestOf(target, { responseTopic, id, leftMs })
      },
      fail: (error: Error) => settle(() => outcome.reject(error)),
      take: (answer: unknown) => settle(() => settleWith(outcome, answer)),
    }
    const abort = () => {
      const sent = id in this.#sent
      call.fail(reasonOf(signal))
      if (sent) cancel(cancellationOf(service, id))
    }
    const late = () => call.fail(new CallTimeout(`${service}/${method} was not answered within ${timeoutMs} ms.`))
    const alarm: Alarm = this.#clock.after(timeoutMs, late)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    return call
  }

  /** Takes an answer in; one that nobody waits for any more is dropped. */
  receive({ correlationData, payload }: TransportMessage): void {
    const call = correlationData && this.#sent[text.decode(correlationData)]
    call?.take(readJson(payload))
  }

  /** The connection they were sent on is gone. */
  fail(error: Error): void {
    for (const call of Object.values(this.#sent)) call.fail(error)
  }
}

const requestOf = (
  { service, method, params }: Target,
  { responseTopic, id, leftMs }: { responseTopic: string; id: string; leftMs: number | undefined },
): TransportMessage => ({
  topic: topics.rpc(service, method),
  payload: bytes.encode(JSON.stringify(params ?? {})),
  contentType: 'application/json',
  responseTopic,
  correlationData: bytes.encode(id),
  ...(leftMs !== undefined && { userProperties: [[callProperties.timeout, String(leftMs)]] }),
})

const cancellationOf = (service: string, id: string): TransportMessage => ({
  topic: topics.rpc(service, cancelMethod),
  payload: new Uint8Array(),
  correlationData: bytes.encode(id),
})

const readJson = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(text.decode(payload))
  } catch {
    return undefined
  }
}

const settleWith = ({ resolve, reject }: Deferred<unknown>, received: unknown): void => {
  const answer = RpcAnswer.safeParse(received)
  if (!answer.success) reject(new RpcFailure(RpcCode.InternalError, 'The answer is not a JSON-RPC answer.'))
  else if ('error' in answer.data) reject(failureOf(answer.data.error))
  else resolve(answer.data.result)
}

const failureOf = ({ code, message, data }: RpcError) =>
  code === RpcCode.TimedOut ? new CallTimeout(message) : new RpcFailure(code, message, data)

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason ?? 'aborted'))
