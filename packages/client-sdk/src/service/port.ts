import type { Clock, Random } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { BackoffOptions } from '../link/backoff.js'
import type { LinkStatus } from '../link/port.js'
import type { Stop } from '../listeners.js'
import type { Schema } from '../schema.js'
import type { OpenTransport } from '../transport/port.js'

/** A call, as a method sees it. */
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
 */
export type Handler<TParams> = (params: TParams, call: IncomingCall) => unknown

/** A method that says more of itself. */
export interface CheckedMethod<TParams> {
  description?: string
  /** Params that do not fit are answered with an error; what comes out of it is what `handle` gets. */
  params?: Schema<TParams>
  /** Told to callers, and not checked. */
  result?: Schema<unknown>
  handle: Handler<TParams>
}

export type ServiceMethod<TParams> = Handler<TParams> | CheckedMethod<TParams>

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

export interface ServiceLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** An instance of a service at work. */
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
