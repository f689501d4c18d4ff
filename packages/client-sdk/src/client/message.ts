import {
  type Body,
  defaultType,
  type Envelope,
  fitPlain,
  isPlainText,
  type MessageType,
  parseDaakTopic,
  payloadOf,
  plainTextOf,
  type ReadBody,
  readBody,
  readPlain,
  senderProperties,
  serverProperties,
  type TypedPayload,
  writeBody,
  writePlain,
} from '@daakia/protocol'
import type { UserProperty } from '@daakia/protocol/mqtt'
import type { TransportMessage } from '../transport/port.js'

/**
 * What is known of a message before it is in the journal.
 *
 * @example
 * const unsent = (entries: readonly TimelineEntry[]): readonly Draft[] =>
 *   entries.filter(({ status }) => status !== 'sent').map(({ message }) => message)
 */
export interface Draft {
  conversation: string
  /** Unique per (conversation, sender). */
  id: string
  from: string
  /** A message type such as `text`. */
  type: string
  /** What a message of type `text` says; absent for all others. */
  text?: string
  /**
   * The message as text, for who can't show its type: what the sender gave, else what follows from its body. Absent for
   * an `event`, and where neither is known.
   */
  plain?: string
  /** What the message says, by its type; where it could not be read, the payload as it came, with the reason. */
  content: ReadBody
  contentType?: string
  payload: Uint8Array
  /** The `id` of the message that this one answers. */
  replyTo?: string
  /** The member that it is meant for. */
  to?: string
  /** Of the trace that it belongs to, as W3C Trace Context writes it. */
  traceparent?: string
  /** The sender's other user properties, in order. */
  properties: readonly UserProperty[]
}

/**
 * An entry of a journal.
 *
 * @example
 * const line = ({ at, from, plain, type }: Message): string =>
 *   `${new Date(at).toLocaleTimeString()} ${from}: ${plain ?? `[${type}]`}`
 * client.onMessage((message) => console.log(line(message)))
 */
export interface Message extends Draft {
  /** Place in the journal: 1, 2, 3 … */
  seq: number
  /** `vendor` where the sender spoke for the vendor itself. */
  fromRole?: string
  /** When it was committed: milliseconds since the Unix epoch, the server's clock. */
  at: number
}

/**
 * Something to say: a text; a body of a known type; or a payload of any type, which is sent as it is.
 *
 * @example
 * const pressed: Saying = { type: 'action', body: { id: 'more', value: 1 } }
 * await conversation.send(pressed)
 */
export type Saying =
  | string
  | { [Type in MessageType]: { type: Type; body: Body<Type>; payload?: undefined } }[MessageType]
  | (TypedPayload & { type: string; body?: undefined })

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
  const [fromRole, replyTo, to] = [named.get('from-role'), named.get('reply-to'), named.get('to')]
  const [traceparent, plain] = [named.get('traceparent'), named.get('plain')]
  return withContent({
    conversation: parsed.conversation,
    seq,
    id: named.get('id') ?? '',
    from: named.get('from') ?? '',
    ...(fromRole !== undefined && { fromRole }),
    at: Number(named.get('at')),
    type: named.get('type') ?? defaultType(contentType),
    payload,
    properties: userProperties.filter(([name]) => !ofServerOrSender.has(name)),
    ...(contentType !== undefined && { contentType }),
    ...(replyTo !== undefined && { replyTo }),
    ...(to !== undefined && { to }),
    ...(traceparent !== undefined && { traceparent }),
    ...(plain !== undefined && { plain: readPlain(plain) }),
  })
}

/** Reads what `history/read` answers. */
export const readEnvelope = (conversation: string, envelope: Envelope): Message =>
  withContent({
    conversation,
    seq: envelope.seq,
    id: envelope.id,
    from: envelope.from,
    ...optional('fromRole', envelope.fromRole),
    at: envelope.at,
    type: envelope.type,
    payload: payloadOf(envelope),
    properties: envelope.properties ?? [],
    ...optional('contentType', envelope.contentType),
    ...optional('replyTo', envelope.replyTo),
    ...optional('to', envelope.to),
    ...optional('traceparent', envelope.traceparent),
    ...optional('plain', envelope.plain),
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
    ...(draft.traceparent === undefined ? [] : [['traceparent', draft.traceparent] as const]),
    ...plainOf(draft),
    ...draft.properties,
  ],
})

/** What any client reads as it is needs no text beside it. */
const plainOf = (draft: Draft): UserProperty[] =>
  draft.plain === undefined || (isPlainText(draft) && draft.plain === draft.text)
    ? []
    : [['plain', writePlain(fitPlain(draft.plain))]]

/** What is said, ready to be sent. @throws TypeError where a body is not what its type says */
export const write = (
  saying: Saying,
): Pick<Draft, 'type' | 'contentType' | 'payload' | 'content' | 'text' | 'plain'> => {
  if (typeof saying === 'string') return withContent(writeBody('text', { text: saying }))
  if (saying.body) return withContent(writeBody(saying.type, saying.body))
  const { type, payload, contentType } = saying
  return withContent({ type, payload, ...optional('contentType', contentType) })
}

const withContent = <Raw extends { type: string; payload: Uint8Array; contentType?: string; plain?: string }>(
  raw: Raw,
) => {
  const content = readBody(raw)
  const text = textOf(content)
  const plain = raw.plain ?? (content.ok ? plainTextOf(content.type, content.body) : undefined)
  return { ...raw, content, ...(text !== undefined && { text }), ...(plain !== undefined && { plain }) }
}

const textOf = (content: ReadBody) => (content.ok && content.type === 'text' ? content.body.text : undefined)

const optional = <Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { [name in Name]: string })
