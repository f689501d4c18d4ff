import { type Alarm, type Clock, RpcAnswer, RpcCode, type RpcError, topics } from '@daakia/protocol'
import { type Deferred, deferred } from '../deferred.js'
import { CallTimeout, RpcFailure } from '../errors.js'
import type { TransportMessage } from '../transport/port.js'
import type { CallOptions } from './port.js'

const text = new TextDecoder()
const bytes = new TextEncoder()
const defaultTimeoutMs = 10_000

/** A call on its way: settled by its answer, its time, its signal, or the end of the connection it was sent on. */
export interface Call {
  readonly id: string
  readonly settled: boolean
  readonly answer: Promise<unknown>
  /** The request, to be answered on `responseTopic`. From here on the call ends with the connection. */
  request(responseTopic: string): TransportMessage
  fail(error: Error): void
}

/** Calls that wait for their answers. */
export class Calls {
  readonly #sent = new Map<string, Call & { take(answer: unknown): void }>()
  readonly #clock: Clock
  readonly #newId: () => string

  constructor(clock: Clock, newId: () => string) {
    this.#clock = clock
    this.#newId = newId
  }

  open(service: string, method: string, params: unknown, { timeoutMs = defaultTimeoutMs, signal }: CallOptions): Call {
    const id = this.#newId()
    const outcome = deferred<unknown>()
    let settled = false
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      this.#sent.delete(id)
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
        this.#sent.set(id, call)
        return requestOf(topics.rpc(service, method), params, responseTopic, id)
      },
      fail: (error: Error) => settle(() => outcome.reject(error)),
      take: (answer: unknown) => settle(() => settleWith(outcome, answer)),
    }
    const abort = () => call.fail(reasonOf(signal))
    const late = () => call.fail(new CallTimeout(`${service}/${method} was not answered within ${timeoutMs} ms.`))
    const alarm: Alarm = this.#clock.after(timeoutMs, late)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    return call
  }

  /** Takes an answer in; one that nobody waits for any more is dropped. */
  receive({ correlationData, payload }: TransportMessage): void {
    const call = correlationData && this.#sent.get(text.decode(correlationData))
    call?.take(readJson(payload))
  }

  /** The connection they were sent on is gone. */
  fail(error: Error): void {
    for (const call of [...this.#sent.values()]) call.fail(error)
  }
}

const requestOf = (topic: string, params: unknown, responseTopic: string, id: string): TransportMessage => ({
  topic,
  payload: bytes.encode(JSON.stringify(params ?? {})),
  contentType: 'application/json',
  responseTopic,
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

const failureOf = ({ code, message, data }: RpcError) => new RpcFailure(code, message, data)

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason ?? 'aborted'))
