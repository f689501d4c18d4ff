/**
 * The topics of DAAK, built and read in one place. A client sees only its vendor, so no topic names one.
 */

/** Builds topics and filters. Arguments may be `+` where the topic is to be subscribed to. */
export const topics = {
  /** Publish: a message of the direct conversation with `client`. */
  to: (client: string) => `daak/to/${client}`,
  /** Subscribe: the direct conversation with `client`, without my own messages. */
  from: (client: string) => `daak/from/${client}`,
  /** Publish and subscribe: the messages of a conversation; with `+`, all of mine: the inbox. */
  messages: (conversation: string) => `daak/conversations/${conversation}/messages`,
  /** Subscribe: the retained public state of a bot in a conversation. */
  state: (conversation: string, bot: string) => `daak/conversations/${conversation}/state/${bot}`,
  /** Subscribe, by bots: leases and the events pushed into them. */
  turns: (conversation: string) => `daak/turns/${conversation}`,
  /** Publish: a call of a service's method. */
  rpc: (service: string, method: string) => `daak/rpc/${service}/${method}`,
  /** Subscribe: answers to my calls. The connection's name is percent-escaped. */
  replies: (client: string, connection: string) => `daak/replies/${client}/${escapeName(connection)}`,
} as const

/** Percent-escapes what may not stand in one topic level: `/`, `+`, `#`, `%` and NUL. */
export const escapeName = (name: string): string =>
  name.replace(/[%/+#\0]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)

/** A topic or filter under `daak/`, taken apart. In a filter, a name may be `+`. */
export type DaakTopic =
  | { kind: 'to'; client: string }
  | { kind: 'from'; client: string }
  | { kind: 'messages'; conversation: string }
  | { kind: 'state'; conversation: string; bot: string }
  | { kind: 'turns'; conversation: string }
  | { kind: 'rpc'; service: string; method: string }
  | { kind: 'replies'; client: string; connection: string }

/** Whether a topic or filter belongs to the exchange rather than to plain MQTT. */
export const isDaak = (topic: string): boolean => topic === 'daak' || topic.startsWith('daak/')

/** Takes a topic or filter apart; `undefined` where DAAK knows none of that shape. Names are not checked. */
export const parseDaakTopic = (topic: string): DaakTopic | undefined => {
  const [root, kind, a, b, c, ...rest] = topic.split('/')
  if (root !== 'daak' || !a || rest.length > 0) return undefined
  const levels = c !== undefined ? 5 : b !== undefined ? 4 : 3
  if (levels === 3 && (kind === 'to' || kind === 'from')) return { kind, client: a }
  if (levels === 3 && kind === 'turns') return { kind, conversation: a }
  if (levels === 4 && kind === 'conversations' && b === 'messages') return { kind: 'messages', conversation: a }
  if (levels === 5 && kind === 'conversations' && b === 'state' && c) return { kind: 'state', conversation: a, bot: c }
  if (levels === 4 && kind === 'rpc' && b) return { kind, service: a, method: b }
  if (levels === 4 && kind === 'replies' && b) return { kind, client: a, connection: b }
  return undefined
}
