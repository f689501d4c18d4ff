import { type Alarm, bytesOf, type CallEnded, callProperties, cancelMethod, RpcCode, topics } from '@daakia/protocol'
import type { Delivery } from '../../broker/exchange/port.js'
import type { Elsewhere } from './elsewhere.js'
import type { Instance } from './instance.js'
import type { CallContent, NewCall } from './port.js'

/** A call that waits for an instance, or for the answer of the one that has it. */
export class OpenCall {
  /** The instance, or the other node, that has it, and the name that it knows the call by; `undefined` while it waits. */
  given: { taker: Instance | Elsewhere; id: string } | undefined
  expiry: Alarm | undefined

  constructor(
    readonly asked: NewCall,
    /** When the caller waits no more: milliseconds since the Unix epoch. */
    readonly due: number,
  ) {}

  /** Ends it with an error of JSON-RPC 2.0. */
  fail(code: number, message: string): void {
    this.asked.answered(failureOf(code, message))
  }

  isCorrelatedBy(correlationData: Uint8Array | undefined): boolean {
    return isSame(this.asked.correlationData, correlationData)
  }
}

/** An error of JSON-RPC 2.0 as an answer. */
export const failureOf = (code: number, message: string): CallContent => ({
  payload: bytesOf(JSON.stringify({ error: { code, message } })),
  contentType: 'application/json',
  userProperties: [],
})

export const nobodyServes = (service: string) =>
  failureOf(RpcCode.NoInstance, `No instance of the service ${service} is connected`)

export const noSuchMethod = ({ service, method }: NewCall) =>
  failureOf(RpcCode.MethodNotFound, `There is no method ${service}/${method}`)

const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one?.length === other?.length && (one ?? []).every((byte, i) => byte === other?.[i])

/** The call as its instance gets it: it learns who asks, and no name of the caller's connection. */
export const callDelivery = (
  { asked, due }: OpenCall,
  given: { instance: Instance; id: string },
  now: number,
): Delivery => {
  const { payload, contentType, payloadFormatIndicator, userProperties } = asked.content
  return {
    ...addressed(asked, given, asked.method),
    payload,
    ...(contentType !== undefined && { contentType }),
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    userProperties: [
      ...userProperties,
      [callProperties.timeout, String(Math.max(0, due - now))],
      ['from', asked.caller.name.client],
    ],
  }
}

/** Tells an instance that nobody waits for its answer any more. */
export const endedDelivery = (
  { asked }: OpenCall,
  given: { instance: Instance; id: string },
  reason: CallEnded['reason'],
): Delivery => ({
  ...addressed(asked, given, cancelMethod),
  payload: bytesOf(JSON.stringify({ reason } satisfies CallEnded)),
  contentType: 'application/json',
})

const addressed = (
  { service, caller, correlationData }: NewCall,
  { instance, id }: { instance: Instance; id: string },
  method: string,
) => ({
  topic: topics.rpc(service, method),
  qos: instance.qos,
  retain: false,
  responseTopic: topics.replies(caller.name.client, id),
  ...(correlationData && { correlationData }),
  ...(instance.identifier !== undefined && { identifiers: [instance.identifier] }),
})
