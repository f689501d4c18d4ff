import * as z from 'zod/mini'
import { type Body, bodies, bodyVersion, isMessageType, type MessageType } from './bodies.js'
import { bytesOf, textOf } from './payload.js'
import { plainTextOf } from './plain.js'
import { fitPlain } from './plain-property.js'

/** A message's payload with what says how to read it: the user property `type`, and MQTT's Content Type. */
export interface TypedPayload {
  /** Absent: what `defaultType` says. */
  type?: string | undefined
  /** Absent: `text/plain` for a text, `application/json` for any other type. */
  contentType?: string | undefined
  payload: Uint8Array
}

/** Why a payload was not read: nobody here knows its type or its version, or it is not what its type says. */
export type Unread = 'unknown type' | 'newer version' | 'unknown encoding' | 'misfit'

/** A body of a known type, or the payload as it came, with the reason. */
export type ReadBody =
  | { [TType in MessageType]: { ok: true; type: TType; body: Body<TType> } }[MessageType]
  | (TypedPayload & { ok: false; reason: Unread /** For logs. */; problem: string; type: string })

/** What `writeBody` makes. */
export interface WrittenBody {
  type: MessageType
  contentType: string
  payload: Uint8Array
  /** The message as text, where its payload is something else; absent for what people are not shown. */
  plain?: string
}

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
  const type = message.type ?? defaultType(message.contentType)
  const unread = (reason: Unread, problem: string): ReadBody => ({ ...message, ok: false, reason, problem, type })
  if (!isMessageType(type)) return unread('unknown type', `"${type}" is not a type that is known here`)
  const media = mediaTypeOf(message.contentType) ?? (type === 'text' ? plainText : json)
  const decode = decoderOf(media, type)
  if (!decode) return unread('unknown encoding', `A ${type} message is not read from ${media}`)
  const value = decode(message.payload)
  if (isNewer(value))
    return unread('newer version', `The newest version of bodies that is known here is ${bodyVersion}`)
  const read = bodies[type].safeParse(value)
  if (!read.success) return unread('misfit', z.prettifyError(read.error))
  return { ok: true, type, body: read.data } as ReadBody
}

/**
 * Writes what a message says, ready to be published: a text as `text/plain`, so that any MQTT client can read it, all
 * else as JSON, and so a text with more fields than `text`. What is written as JSON comes with its plain text.
 *
 * @throws TypeError where the body is not what its type says.
 */
export const writeBody = <TType extends MessageType>(type: TType, body: Body<TType>): WrittenBody => {
  const checked = bodies[type].safeParse(body)
  if (!checked.success) throw new TypeError(`That is no ${type} message: ${z.prettifyError(checked.error)}`)
  const text = type === 'text' ? onlyText(checked.data) : undefined
  if (text !== undefined) return { type, contentType: plainText, payload: bytesOf(text) }
  const plain = plainTextOf(type, body)
  const payload = bytesOf(JSON.stringify(checked.data))
  return { type, contentType: json, payload, ...(plain !== undefined && { plain: fitPlain(plain) }) }
}

/** Whether any MQTT client reads the payload as what the message says. */
export const isPlainText = ({ type, contentType }: Omit<TypedPayload, 'payload'>): boolean =>
  (type ?? defaultType(contentType)) === 'text' && (mediaTypeOf(contentType) ?? plainText) === plainText

/** `text/plain` of `Text/Plain; charset=utf-8`. */
const mediaTypeOf = (contentType: string | undefined): string | undefined =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase()

/** Answers `undefined` for bytes that are not of the media type: no body is that, so it does not fit. */
type Decode = (payload: Uint8Array) => unknown

const decoderOf = (media: string, type: MessageType): Decode | undefined => {
  if (media === plainText && type === 'text') return decodePlain
  return media === json || media.endsWith('+json') ? decodeJson : undefined
}

const decodePlain: Decode = (payload) => {
  const text = textOf(payload)
  return text === undefined ? undefined : { text }
}

const decodeJson: Decode = (payload) => {
  try {
    return JSON.parse(textOf(payload) ?? '')
  } catch {
    return undefined
  }
}

const Versioned = z.looseObject({ v: z.int().check(z.gt(bodyVersion)) })
const isNewer = (value: unknown): boolean => Versioned.safeParse(value).success

const onlyText = (body: object): string | undefined => {
  const { text, ...more } = body as Body<'text'>
  return Object.keys(more).length === 0 ? text : undefined
}
