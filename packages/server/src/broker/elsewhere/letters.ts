import type { QoS } from '@daakia/protocol/mqtt'
import type { Principal, SessionName } from '../../identity.js'
import type { Excess } from '../../limits/port.js'
import type { SessionRecord, Subscription } from '../../state/sessions/port.js'
import type { RoutedMessage } from '../port.js'
import type { Terms } from '../subscriber.js'

/** What other nodes know of a session that has no connection: not what only its next connection needs. */
export type PartedNote = Pick<SessionRecord, 'name' | 'expiryInterval' | 'subscriptions' | 'fence'> & {
  disconnectedAt: number
  /** When its will is to be said. */
  willDue?: number
}

/** A session that has a connection to the node that says so. */
export interface ConnectedNote {
  /** By which that node knows it. */
  number: number
  name: Principal
  fence: number
  persistent: boolean
  /** Those of plain topics. */
  subscriptions: readonly Subscription[]
}

/** A receiver of a message, and how it is to reach it; QoS and RETAIN are one number. */
export type Target = readonly [number: number, form: number, identifiers?: readonly number[], share?: string]

/** What nodes tell each other of their sessions. */
export type SessionLetter =
  | ({ kind: 'connected' } & ConnectedNote)
  | { kind: 'subscribed'; number: number; subscription: Subscription }
  | { kind: 'unsubscribed'; number: number; filter: string }
  | ({ kind: 'parted' } & PartedNote)
  /** It is over. */
  | { kind: 'ended'; name: SessionName; fence: number }
  /** Something was added to its queue in the store. */
  | { kind: 'wake'; number: number }
  /** Its queue in the store has no room. */
  | { kind: 'full'; number: number; excess: Excess }
  | ({ kind: 'message' } & MessageLetter)

/** A message for sessions that one node has. */
export interface MessageLetter {
  message: RoutedMessage
  to: Target[]
}

export const targetFor = (number: number, { qos, retain, identifiers, share }: Terms): Target => {
  const form = qos * 2 + (retain ? 1 : 0)
  if (share !== undefined) return [number, form, identifiers, share]
  return identifiers.length > 0 ? [number, form, identifiers] : [number, form]
}

export const termsOf = ([, form, identifiers = [], share]: Target): Terms => ({
  qos: (form >> 1) as QoS,
  retain: (form & 1) === 1,
  identifiers,
  ...(share !== undefined && { share }),
})
