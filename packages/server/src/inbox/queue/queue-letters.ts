import type { Delivery, Refused } from '../../broker/exchange/port.js'
import type { MemberTerms } from './member.js'
import type { QueuedPlace, QueueName } from './port.js'

/** A delivery as it goes to another node. */
export type SentDelivery = Omit<Delivery, 'acknowledged'>

/** To the owner of a group. `member` is the sender's name for a connection of its own. */
export type ToOwner =
  /** It takes part, on these terms from now on. `holds` are the flights that it knows of. */
  | { kind: 'enter'; name: QueueName; member: number; connection: string; terms: MemberTerms; holds: readonly number[] }
  /** It gets nothing more, and may acknowledge what it has. */
  | { kind: 'retire'; member: number }
  /** It is gone. */
  | { kind: 'lose'; member: number }
  | { kind: 'acknowledged'; member: number; flight: number; refused?: Refused }
  /** The flight did not go: the connection has no room. `room` follows. */
  | { kind: 'full'; member: number; flight: number }
  | { kind: 'room'; member: number }

/** From the owner, to the node of a connection. */
export type ToMember =
  | { kind: 'entered'; member: number }
  /** Not the owner of the group, or not any more: another may be. */
  | { kind: 'disowned'; member: number }
  | { kind: 'give'; member: number; flight: number; delivery: SentDelivery }

export type QueueLetter =
  | ToOwner
  | ToMember
  /** To all: so many connections take part. */
  | { kind: 'size'; name: QueueName; connections: number }
  /** To all: it is to be handled once more. */
  | { kind: 'again'; name: QueueName; place: QueuedPlace }
