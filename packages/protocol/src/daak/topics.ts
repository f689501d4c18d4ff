/**
 * The topics of DAAK, built and read in one place. A client sees only its vendor, so no topic names one.
 */

/** Builds topics and filters. Names may be `+` where the topic is to be subscribed to; that of a connection may not. */
export const topics = {
  /** Publish: a message of the direct conversation with `client`. */
  to: (client: string) => `daak/to/${client}`,
  /** Subscribe: the direct conversation with `client`, without my own messages. */
  from: (client: string) => `daak/from/${client}`,
  /** Publish and subscribe: the messages of a conversation; with `+`, all of mine: the inbox. */
  messages: (conversation: string) => `daak/conversations/${conversation}/messages`,
  /** Publish and subscribe: what is said in a conversation and kept nowhere. */
  signals: (conversation: string) => `daak/conversations/${conversation}/signals`,
  /** Subscribe: a share of the inbox, for clients whose connections split the work. */
  queue: (group: string) => `$share/${group}/daak/conversations/+/messages`,
  /** Publish and subscribe: how far each member has received and read, retained; with `+`, in all of mine. */
  receipts: (conversation: string) => `daak/conversations/${conversation}/receipts`,
  /** Subscribe: the retained public state of a bot in a conversation. */
  state: (conversation: string, bot: string) => `daak/conversations/${conversation}/state/${bot}`,
  /** Subscribe: whether a client is there; with `+`, all with whom I share a conversation. Publish: my own. */
  presence: (client: string) => `daak/presence/${client}`,
  /** Subscribe: one of my conversations, retained; with `+`, all of them. */
  roster: (conversation: string) => `daak/roster/${conversation}`,
  /** Subscribe: what could not be told me otherwise. */
  notices: () => 'daak/notices',
  /** Subscribe, by bots: leases and the events pushed into them. */
  turns: (conversation: string) => `daak/turns/${conversation}`,
  /** Publish: a call of a service's method. */
  rpc: (service: string, method: string) => `daak/rpc/${service}/${method}`,
  /** Subscribe, by services: their share of the calls. */
  serve: (service: string) => `$share/${service}/daak/rpc/${service}/+`,
  /** Subscribe: what a service is and does, retained for as long as it has an instance; with `+`, all services. */
  services: (service: string) => `daak/services/${service}`,
  /**
   * Subscribe: answers to my calls. The connection's name is percent-escaped. Services publish answers to the Response
   * Topic that came with the call, which is `replies(caller, call)`.
   */
  replies: (client: string, connection: string) => `daak/replies/${client}/${escapeName(connection)}`,
} as const

/** Percent-escapes what may not stand in one topic level: `/`, `+`, `#`, `%` and NUL. */
export const escapeName = (name: string): string =>
  name.replace(/[%/+#\0]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)

/** Takes `escapeName` back; `undefined` for what it does not write. */
export const unescapeName = (escaped: string): string | undefined => {
  const name = escaped.replace(/%(2F|2B|23|25|00)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return escapeName(name) === escaped ? name : undefined
}

/** A topic or filter under `daak/`, taken apart. In a filter, a name may be `+`. */
export type DaakTopic =
  | { kind: 'to'; client: string }
  | { kind: 'from'; client: string }
  | { kind: 'messages'; conversation: string }
  | { kind: 'signals'; conversation: string }
  | { kind: 'receipts'; conversation: string }
  | { kind: 'state'; conversation: string; bot: string }
  | { kind: 'presence'; client: string }
  | { kind: 'roster'; conversation: string }
  | { kind: 'notices' }
  | { kind: 'turns'; conversation: string }
  | { kind: 'rpc'; service: string; method: string }
  | { kind: 'services'; service: string }
  | { kind: 'replies'; client: string; connection: string }

/** Whether a topic or filter belongs to the exchange rather than to plain MQTT. */
export const isDaak = (topic: string): boolean => topic === 'daak' || topic.startsWith('daak/')

/** Takes a topic or filter apart; `undefined` where DAAK knows none of that shape. Names are not checked. */
export const parseDaakTopic = (topic: string): DaakTopic | undefined => {
  const [root, kind, ...names] = topic.split('/')
  if (root !== 'daak' || kind === undefined || names.includes('')) return undefined
  const [a, b] = names
  if (names.length === 0) return kind === 'notices' ? { kind } : undefined
  if (names.length === 1 && a) return parseOne(kind, a)
  if (names.length === 2 && a && b) return parseTwo(kind, a, b)
  return kind === 'conversations' && names.length === 3 ? parseConversation(names) : undefined
}

const parseOne = (kind: string, name: string): DaakTopic | undefined => {
  if (kind === 'to' || kind === 'from' || kind === 'presence') return { kind, client: name }
  if (kind === 'services') return { kind, service: name }
  return kind === 'turns' || kind === 'roster' ? { kind, conversation: name } : undefined
}

const parseTwo = (kind: string, a: string, b: string): DaakTopic | undefined => {
  if (kind === 'rpc') return { kind, service: a, method: b }
  if (kind === 'conversations') return isAspect(b) ? { kind: b, conversation: a } : undefined
  if (kind !== 'replies') return undefined
  const connection = unescapeName(b)
  return connection === undefined ? undefined : { kind, client: a, connection }
}

const isAspect = (name: string): name is 'messages' | 'signals' | 'receipts' =>
  name === 'messages' || name === 'signals' || name === 'receipts'

const parseConversation = ([conversation, aspect, bot]: readonly string[]): DaakTopic | undefined =>
  conversation && aspect === 'state' && bot ? { kind: aspect, conversation, bot } : undefined
