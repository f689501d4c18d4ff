import type { Clock, Random } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { BackoffOptions } from '../link/backoff.js'
import type { LinkStatus } from '../link/port.js'
import type { Stop } from '../listeners.js'
import type { Schema } from '../schema.js'
import type { OpenTransport } from '../transport/port.js'

/**
 * A call, as a method sees it.
 *
 * @example
 * const ship: Handler<{ id: number }> = async ({ id }, { from, signal }: IncomingCall) => {
 *   const answer = await fetch(`http://127.0.0.1:8000/orders/${id}?for=${from}`, { method: 'POST', signal })
 *   return answer.json()
 * }
 */
export interface IncomingCall {
  /** The client that calls; the server vouches for it. */
  readonly from: string
  /** Aborted when nobody waits for the answer any more: cancelled, out of time, or the caller or the connection is gone. */
  readonly signal: AbortSignal
  /** Milliseconds that the caller still waits, when the call came. */
  readonly timeoutMs: number
  /** The caller's user properties, such as `traceparent`, among the server's. */
  readonly userProperties: readonly UserProperty[]
}

/**
 * Answers a call with what it returns, as JSON. `RpcFailure` thrown is the answer as it is; anything else is told to the
 * log, and to the caller as an internal error.
 *
 * @example
 * const whoAmI: Handler<unknown> = (_, { from }) => ({ client: from })
 * serve('directory', { url: 'mqtt://127.0.0.1:1883', methods: { whoAmI } })
 */
export type Handler<TParams> = (params: TParams, call: IncomingCall) => unknown

/**
 * A method that says more of itself.
 *
 * @example
 * const ship: CheckedMethod<{ id: number }> = {
 *   description: 'Ships an order.',
 *   params: z.object({ id: z.int() }),
 *   handle: ({ id }) => `shipped ${id}`,
 * }
 * serve('orders', { url: 'mqtt://127.0.0.1:1883', methods: { ship } })
 */
export interface CheckedMethod<TParams> {
  description?: string
  /** Params that do not fit are answered with an error; what comes out of it is what `handle` gets. */
  params?: Schema<TParams>
  /** Told to callers, and not checked. */
  result?: Schema<unknown>
  handle: Handler<TParams>
}

/**
 * A method of a service: what answers its calls, alone or with what it says of itself.
 *
 * @example
 * const time: ServiceMethod<unknown> = () => new Date().toISOString()
 * serve('clock', { url: 'mqtt://127.0.0.1:1883', methods: { time } })
 */
export type ServiceMethod<TParams> = Handler<TParams> | CheckedMethod<TParams>

/**
 * What a service answers, and how much of it at once.
 *
 * @example
 * serve('orders', {
 *   url: 'mqtt://127.0.0.1:1883',
 *   methods: { ship: { params: z.object({ id: z.int() }), handle: ({ id }) => `shipped ${id}` } },
 *   version: '1.2.0',
 *   capacity: 20,
 * })
 */
export type ServeOptions<TParams extends Record<string, unknown>> = {
  /** By name: 1 to 128 of `A-Z a-z 0-9 . _ @ -`. */
  methods: { [Name in keyof TParams]: ServiceMethod<TParams[Name]> }
  /** Told to callers. */
  version?: string
  description?: string
  /** Calls that this instance takes at once. 100 by default. */
  capacity?: number
  /** Who connects: by default the client of the service's name. Another one needs a rule that lets it serve. */
  client?: string
  password?: string
  clock?: Clock
  random?: Random
  backoff?: Partial<BackoffOptions>
  /** Where methods that failed are told, with their causes. Warnings go to the console by default. */
  log?: ServiceLog
} & Reach

export type Reach =
  | {
      /** `mqtt://host:1883` in Node, `ws://host:8080/mqtt` also in a browser. */
      url: string
      transport?: undefined
    }
  | {
      /** How to connect, instead of MQTT over `url`. It has to connect as `client`. */
      transport: OpenTransport
      url?: undefined
    }

/**
 * Where a service tells what went wrong; the shape of pino, so that one fits as it is.
 *
 * @example
 * serve('clock', { url: 'mqtt://127.0.0.1:1883', methods: { time: () => Date.now() }, log: pino() })
 */
export interface ServiceLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/**
 * An instance of a service at work.
 *
 * @example
 * const clock: RunningService = serve('clock', { url: 'mqtt://127.0.0.1:1883', methods: { time: () => Date.now() } })
 * await clock.ready
 * process.once('SIGTERM', () => clock.close({ graceMs: 30_000 }))
 */
export interface RunningService {
  readonly status: LinkStatus
  onStatus(listener: (status: LinkStatus) => void): Stop
  /** Resolves when calls come for the first time. Where they are refused, the connection is closed. @throws Refused, Closed */
  readonly ready: Promise<void>
  /**
   * Takes no more calls, answers those that it has, then leaves. What takes longer than `graceMs`, 10,000 by default, is
   * aborted, and its callers are told that the instance has gone.
   */
  close(options?: { graceMs?: number }): Promise<void>
}
