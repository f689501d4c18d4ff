import { directMembers, topics } from '@daakia/protocol'
import type { EarlierPlaces } from '../../broker/exchange/port.js'
import type { JournalMessage } from '../../persistence/port.js'
import type { InboxEntry } from '../port.js'
import { isDue } from './earlier.js'

/** Which messages of the inbox a subscription wants. */
export type InboxInterest =
  /** All that is said in a conversation, or with `+` in all of them. */
  | { kind: 'messages'; conversation: string }
  /** What a client says in the direct conversation, or with `+` each client in its own. */
  | { kind: 'from'; client: string }

export interface InboxSubscription {
  filter: string
  interest: InboxInterest
  qos: 0 | 1
  /** A journal knows clients, not connections: what the client itself said is left out, on all its connections. */
  noLocal: boolean
  identifier?: number
}

/** A subscription with the place on the inbox after which it begins. */
export interface ActiveSubscription extends InboxSubscription {
  after: number
  /** Of a session that is back: what it was sent before. */
  earlier?: EarlierPlaces
}

/** Whether the entry's conversation may concern the subscription: known before the message is read. */
export const concerns = (subscription: ActiveSubscription, client: string, entry: InboxEntry): boolean => {
  if (entry.offset <= subscription.after) return false
  if (subscription.earlier && !isDue(subscription.earlier, entry.offset)) return false
  const { interest } = subscription
  if (interest.kind === 'messages') return interest.conversation === '+' || interest.conversation === entry.conversation
  const peer = peerOf(entry.conversation, client)
  return peer !== undefined && (interest.client === '+' || interest.client === peer)
}

/**
 * Whether the sender is one whom the subscription hears: in a direct conversation, its vendor may speak as well, and so
 * may a bot to which the other member has handed it over: that is heard as the other member is.
 */
export const hears = ({ interest, noLocal }: ActiveSubscription, client: string, message: JournalMessage): boolean => {
  const { from, fromRole } = message
  if (from === client) return interest.kind === 'messages' && !noLocal
  return interest.kind === 'messages' || interest.client === '+' || interest.client === from || fromRole === undefined
}

/** The other member of a direct conversation. */
const peerOf = (conversation: string, client: string): string | undefined =>
  directMembers(conversation)?.find((member) => member !== client)

/** Overlapping subscriptions give one delivery: under the conversation's topic where one of them asked for that. */
export const deliveryTopic = (
  matching: readonly ActiveSubscription[],
  { conversation, client }: { conversation: string; client: string },
  { from, fromRole }: JournalMessage,
): string => {
  if (matching.some(({ interest }) => interest.kind === 'messages')) return topics.messages(conversation)
  // Who speaks there for neither itself nor the vendor speaks in the other member's place.
  return topics.from(fromRole === undefined ? (peerOf(conversation, client) ?? from) : from)
}
