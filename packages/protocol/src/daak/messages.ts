import * as z from 'zod/mini'
import { type Body, bodies, bodyVersion, isMessageType, type MessageType } from './bodies.js'
import { bytesOf, type EncodedPayload, payloadOf, textOf } from './payload.js'
import { plainTextOf } from './plain.js'
import { fitPlain } from './plain-property.js'

/** What says how to read a payload: the user property `type`, and MQTT's Content Type. */
interface Typed {
  /** Absent: what `defaultType` says. */
  type?: string | undefined
  /** Absent: `text/plain` for a text, `application/json` for any other type. */
  contentType?: string | undefined
}

/** A message's payload with what says how to read it. */
export interface TypedPayload extends Typed {
  payload: Uint8Array
}

/** The same within JSON. */
export type TypedEncodedPayload = Typed & EncodedPayload

/** Why a payload was not read: nobody here knows its type or its version, or it is not what its type says. */
export type Unread = 'unknown type' | 'newer version' | 'unknown encoding' | 'misfit'

/** A body of a known type, or why it was not read. */
export type FoundBody =
  | { [TType in MessageType]: { ok: true; type: TType; body: Body<TType> } }[MessageType]
  | { ok: false; reason: Unread /** For logs. */; problem: string; type: string }

/** A body of a known type, or the payload as it came, with the reason. */
export type ReadBody = Extract<FoundBody, { ok: true }> | (TypedPayload & Extract<FoundBody, { ok: false }>)

interface Written {
  type: MessageType
  contentType: string
  /** The message as text, where its payload is something else; absent for what people are not shown. */
  plain?: string
}

/** What `writeBody` makes. */
export interface WrittenBody extends Written {
  payload: Uint8Array
}

/** What `writeEncodedBody` makes. */
export type WrittenEncodedBody = Written & EncodedPayload

const plainText = 'text/plain'
const json = 'application/json'

/** The type of a message that was sent without one: `text`, or `data` where the Content Type is no kind of text. */
export const defaultType = (contentType: string | undefined): string =>
  contentType === undefined || /^text\//i.test(contentType) ? 'text' : 'data'

/**
 * Reads what a message says. Nothing is thrown away: what can't be read comes back as it came, with the reason.
 *
 * ```ts
 * const read = readBody(message)
 * if (read.ok && read.type === 'text') show(read.body.text)
 * ```
 */
export const readBody = (message: TypedPayload): ReadBody => {
  const found = bodyIn(message, () => textOf(message.payload))
  return found.ok ? found : { ...message, ...found }
}

/** Reads what a message within JSON says, as `readBody` does. */
export const readEncodedBody = (message: TypedEncodedPayload): FoundBody =>
  bodyIn(message, () => (message.encoding === 'utf8' ? message.payload : textOf(payloadOf(message))))

const bodyIn = (message: Typed, text: () => string | undefined): FoundBody => {
  const type = message.type ?? defaultType(message.contentType)
  const unread = (reason: Unread, problem: string): FoundBody => ({ ok: false, reason, problem, type })
  if (!isMessageType(type)) return unread('unknown type', `"${type}" is not a type that is known here`)
  const media = mediaTypeOf(message.contentType) ?? (type === 'text' ? plainText : json)
  const decode = decoderOf(media, type)
  if (!decode) return unread('unknown encoding', `A ${type} message is not read from ${media}`)
  const value = decode(text())
  if (isNewer(value))
    return unread('newer version', `The newest version of bodies that is known here is ${bodyVersion}`)
  const read = bodies[type].safeParse(value)
  if (!read.success) return unread('misfit', z.prettifyError(read.error))
  return { ok: true, type, body: read.data } as FoundBody
}

/**
 * Writes what a message says, ready to be published: a text as `text/plain`, so that any MQTT client can read it, all
 * else as JSON, and so a text with more fields than `text`. What is written as JSON comes with its plain text.
 *
 * @throws TypeError where the body is not what its type says.
 */
export const writeBody = <TType extends MessageType>(type: TType, body: Body<TType>): WrittenBody => {
  const { text, ...written } = textFor(type, body)
  return { ...written, payload: bytesOf(text) }
}

/** Writes what a message within JSON says, as `writeBody` does. @throws TypeError where the body is not what its type says. */
export const writeEncodedBody = <TType extends MessageType>(type: TType, body: Body<TType>): WrittenEncodedBody => {
  const { text: payload, plain, contentType } = textFor(type, body)
  return { type, contentType, payload, encoding: 'utf8', ...(plain !== undefined && { plain }) }
}

const textFor = <TType extends MessageType>(type: TType, body: Body<TType>): Written & { text: string } => {
  const checked = bodies[type].safeParse(body)
  if (!checked.success) throw new TypeError(`That is no ${type} message: ${z.prettifyError(checked.error)}`)
  const text = type === 'text' ? onlyText(checked.data) : undefined
  if (text !== undefined) return { type, contentType: plainText, text }
  const plain = plainTextOf(type, body)
  const written = { type, contentType: json, text: JSON.stringify(checked.data) }
  return plain === undefined ? written : { ...written, plain: fitPlain(plain) }
}

/** Whether any MQTT client reads the payload as what the message says. */
export const isPlainText = ({ type, contentType }: Omit<TypedPayload, 'payload'>): boolean =>
  (type ?? defaultType(contentType)) === 'text' && (mediaTypeOf(contentType) ?? plainText) === plainText

/** `text/plain` of `Text/Plain; charset=utf-8`. */
const mediaTypeOf = (contentType: string | undefined): string | undefined =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase()

/** Answers `undefined` for what is not of the media type, or no text at all: no body is that, so it does not fit. */
type Decode = (text: string | undefined) => unknown

const decoderOf = (media: string, type: MessageType): Decode | undefined => {
  if (media === plainText && type === 'text') return decodePlain
  return media === json || media.endsWith('+json') ? decodeJson : undefined
}

const decodePlain: Decode = (text) => (text === undefined ? undefined : { text })

const decodeJson: Decode = (text) => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

const isNewer = (value: unknown): boolean => {
  const { v } = (value ?? {}) as { v?: unknown }
  return Number.isSafeInteger(v) && Number(v) > bodyVersion
}

const onlyText = (body: object): string | undefined => {
  const { text, ...more } = body as Body<'text'>
  return Object.keys(more).length === 0 ? text : undefined
}
