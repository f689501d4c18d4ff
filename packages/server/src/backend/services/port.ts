import type { UserProperty } from '@daakia/protocol/mqtt'

/** What travels with a payload, of a call or of its answer. */
export interface CallContent {
  payload: Uint8Array
  contentType?: string
  payloadFormatIndicator?: 0 | 1
  userProperties: readonly UserProperty[]
}

/** Who calls: a connection, here or on another node. */
export interface Caller {
  readonly name: { readonly vendor: string; readonly client: string }
}

/** A call on its way to a service. */
export interface NewCall {
  caller: Caller
  /** It comes from another node, and is for an instance of this one. */
  isFromElsewhere?: true
  service: string
  method: string
  content: CallContent
  correlationData: Uint8Array | undefined
  timeoutMs: number
  /** Called once, unless the caller has gone: with what the service said, or with why it said nothing. */
  answered(answer: CallContent): void
}

/**
 * - `taken`: `answered` follows
 * - `nobody`: no instance is there, or none with the method, and `answered` has been told so
 */
export type CallOutcome = 'taken' | 'nobody'
