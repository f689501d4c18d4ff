import type { Properties, QoS } from '@daakia/protocol/mqtt'
import type { Excess } from '../limits/port.js'
import type { HandoffEntry, JournalMessage, MembershipEntry } from '../persistence/port.js'

/** A message of plain MQTT on its way from a publisher to subscribers of one vendor. */
export interface RoutedMessage {
  vendor: string
  topic: string
  payload: Uint8Array
  qos: QoS
  retain: boolean
  /** When it was taken: milliseconds since the Unix epoch; message expiry counts from here. */
  at: number
  /** Session that published it (No Local); absent for the server itself. */
  publisher?: { client: string; connection: string }
  /** Those that travel on: payload format, content type, expiry, response topic, correlation data, user properties. */
  properties?: Properties
}

/** What was said in a conversation and is kept nowhere, ready to be delivered. */
export interface Signal {
  vendor: string
  conversation: string
  from: string
  /** By which connection of its sender it came, for No Local. */
  connection: string
  payload: Uint8Array
  /** What who has MQTT 3.1.1 gets instead of the payload. */
  plain?: string
  /** Those of a delivery: content type, payload format, expiry, response topic, correlation data, user properties. */
  properties: Properties
}

/** Something was appended to the inbox of these clients. */
export interface InboxNews {
  kind: 'inbox'
  vendor: string
  clients: readonly string[]
  conversation: string
  /** What it is, so that nobody has to look; absent where it is more than one message. */
  said?: SaidNews
}

export interface SaidNews {
  seq: number
  /** How often the conversation's partition had gone back; absent where never. */
  line?: number
  /** Where each of the clients has it, in their order; 0 where that is not known. */
  places: readonly number[]
  /** The message itself, where it has come with the news: a large one is read where it is wanted. */
  message?: JournalMessage
}

/** News between the parts of the server, and between nodes. */
export type BusNews =
  | InboxNews
  /** A bot's public state in a conversation changed. */
  | { kind: 'state'; vendor: string; conversation: string; bot: string }
  /** Whether a client is there has changed. */
  | { kind: 'presence'; vendor: string; client: string }
  /** Itself, for it is stored nowhere. */
  | { kind: 'signal'; signal: Signal }
  /** A member has received or read more. */
  | { kind: 'receipt'; vendor: string; conversation: string; client: string }
  /** A client has muted a conversation, or no more. */
  | { kind: 'muted'; vendor: string; conversation: string; client: string }
  /** Who is in a conversation changed, or it was closed. */
  | ({ kind: 'members' } & MembershipEntry)
  /** Which bots have a conversation changed. */
  | ({ kind: 'handoff' } & HandoffEntry)
  /** Something may wait for these bots. */
  | { kind: 'work'; vendor: string; bots: readonly string[]; conversation: string }
  /** News of other nodes may have been lost: what was read before may not be true any more. */
  | { kind: 'missed' }

/** Carries wake-ups, and signals, across nodes: at most once, in order from one publisher. */
export interface Bus {
  /** Tells who listens on this node at once, and the others soon. */
  publish(news: BusNews): void
  /** Calls `listener` with all that is published anywhere, this node included. Returns the way to stop it. */
  subscribe(listener: (news: BusNews) => void): () => void
}

/** Retained messages: one for each topic of a vendor. */
export interface Retained {
  /**
   * Keeps `message` as the one of its topic; an empty payload removes it [MQTT-3.3.1-6]. Resolves when flushed. Its
   * publisher is charged for it, and whoever published the one before is not any more; where the publisher may have no
   * more, nothing changes, and the limit is answered. One without a publisher is nobody's charge.
   * What has expired is removed, and given back, when another message is kept.
   */
  set(message: RoutedMessage): Promise<Excess | undefined>
  /** Those whose topic matches `filter` and that have not expired. Wildcards do not match `$` topics at their first level. */
  match(vendor: string, filter: string, now: number): Promise<readonly RoutedMessage[]>
}
