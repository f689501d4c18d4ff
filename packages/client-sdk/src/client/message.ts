import { type Envelope, parseDaakTopic, senderProperties, serverProperties } from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { TransportMessage } from '../transport/port.js'
import { payloadOf, readBody } from './body.js'

/** What is known of a message before it is in the journal. */
export interface Draft {
  conversation: string
  /** Unique per (conversation, sender). */
  id: string
  from: string
  /** A message type such as `text`. */
  type: string
  /** What the type says, read from the payload; absent where `problem` says why it could not be read. */
  body?: unknown
  /** The payload does not fit the type. It is handed over as it came. */
  problem?: string
  contentType?: string
  payload: Uint8Array
  replyTo?: string
  to?: string
  /** The sender's other user properties, in order. */
  properties: readonly UserProperty[]
}

/** An entry of a journal. */
export interface Message extends Draft {
  /** Place in the journal: 1, 2, 3 … */
  seq: number
  /** When it was committed: milliseconds since the Unix epoch, the server's clock. */
  at: number
}

/** What a sender says, before it has an id. */
export interface Outgoing {
  type: string
  body: unknown
}

const ofServerOrSender: ReadonlySet<string> = new Set([...senderProperties, ...serverProperties])

/** Reads what the inbox delivers; `undefined` where it is no entry of a journal. */
export const readDelivery = ({
  topic,
  payload,
  contentType,
  userProperties = [],
}: TransportMessage): Message | undefined => {
  const named = new Map(userProperties)
  const parsed = parseDaakTopic(topic)
  const seq = Number(named.get('seq'))
  if (parsed?.kind !== 'messages' || !Number.isInteger(seq)) return undefined
  return withBody({
    conversation: parsed.conversation,
    seq,
    id: named.get('id') ?? '',
    from: named.get('from') ?? '',
    at: Number(named.get('at')),
    type: named.get('type') ?? 'text',
    payload,
    properties: userProperties.filter(([name]) => !ofServerOrSender.has(name)),
    ...optional('contentType', contentType),
    ...optional('replyTo', named.get('reply-to')),
    ...optional('to', named.get('to')),
  })
}

/** Reads what `history/read` answers. */
export const readEnvelope = (conversation: string, envelope: Envelope): Message =>
  withBody({
    conversation,
    seq: envelope.seq,
    id: envelope.id,
    from: envelope.from,
    at: envelope.at,
    type: envelope.type,
    payload: payloadOf(envelope),
    properties: envelope.properties ?? [],
    ...optional('contentType', envelope.contentType),
    ...optional('replyTo', envelope.replyTo),
    ...optional('to', envelope.to),
  })

/** The message as it travels to the server. */
export const toTransport = (topic: string, draft: Draft): TransportMessage => ({
  topic,
  payload: draft.payload,
  ...optional('contentType', draft.contentType),
  userProperties: [
    ['id', draft.id],
    ['type', draft.type],
    ...(draft.replyTo === undefined ? [] : [['reply-to', draft.replyTo] as const]),
    ...(draft.to === undefined ? [] : [['to', draft.to] as const]),
    ...draft.properties,
  ],
})

const withBody = (message: Message): Message => {
  const read = readBody(message)
  return read.ok ? { ...message, body: read.body } : { ...message, problem: read.reason }
}

const optional = <Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { [name in Name]: string })
