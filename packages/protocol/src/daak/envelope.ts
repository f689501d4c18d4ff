import * as z from 'zod/mini'
import { HandoffNote } from './handoffs.js'
import { encodePayload, payloadFields, payloadIsEncoded } from './payload.js'

const envelopeFields = {
  /** Place in the journal: 1, 2, 3 … */
  seq: z.int(),
  /** The sender's id of the message: unique per (conversation, sender). */
  id: z.string(),
  from: z.string(),
  /** `vendor` where the sender spoke for the vendor itself. */
  fromRole: z.optional(z.string()),
  /** When it was committed: milliseconds since the Unix epoch, the server's clock. */
  at: z.number(),
  /** A message type such as `text`; types that are not known are delivered untouched. */
  type: z.string(),
  contentType: z.optional(z.string()),
  replyTo: z.optional(z.string()),
  to: z.optional(z.string()),
  traceparent: z.optional(z.string()),
  /** The message as text, for who can't show its type, as its sender gave it. */
  plain: z.optional(z.string()),
  ...payloadFields,
  /** The sender's other user properties, in order. */
  properties: z.optional(z.array(z.tuple([z.string(), z.string()]))),
}

/**
 * A message of a journal as JSON: what `history/read` answers and what a turn carries.
 * The payload is text where it is valid UTF-8, and base 64 where it is not; `payloadOf` gives its bytes.
 */
export const Envelope = z
  .object({
    ...envelopeFields,
    /** In a turn alone: what another bot tells with a `handoff`. */
    handoff: z.optional(HandoffNote),
  })
  .check(payloadIsEncoded)
export type Envelope = z.infer<typeof Envelope>

/** A message as it reads after all that refers to it: what `history/read` answers with `fold`. */
export const FoldedEnvelope = z
  .object({
    ...envelopeFields,
    /** The entry that says how it reads now; absent where it was not edited. */
    edited: z.optional(z.object({ seq: z.int(), at: z.number() })),
    /** The entry that deleted it: the payload is empty then. */
    deleted: z.optional(z.object({ seq: z.int(), at: z.number(), from: z.string() })),
    /** Each reaction with the clients who have it, both in the order in which they came. */
    reactions: z.optional(z.array(z.object({ reaction: z.string(), clients: z.array(z.string()) }))),
  })
  .check(payloadIsEncoded)
export type FoldedEnvelope = z.infer<typeof FoldedEnvelope>

/** A message of a journal with its payload as bytes. */
export type OpenEnvelope = Omit<Envelope, 'payload' | 'encoding' | 'properties' | 'handoff'> & {
  payload: Uint8Array
  properties?: readonly (readonly [string, string])[] | undefined
}

/** Makes a message fit for JSON. Fields that are `undefined` are left out, and fields that an envelope has not. */
export const toEnvelope = (message: OpenEnvelope): Envelope => {
  const { seq, id, from, fromRole, at, type, contentType, replyTo, to, traceparent, plain, properties } = message
  return {
    seq,
    id,
    from,
    ...(fromRole !== undefined && { fromRole }),
    at,
    type,
    ...(contentType !== undefined && { contentType }),
    ...(replyTo !== undefined && { replyTo }),
    ...(to !== undefined && { to }),
    ...(traceparent !== undefined && { traceparent }),
    ...(plain !== undefined && { plain }),
    ...encodePayload(message.payload),
    ...(properties !== undefined && { properties: properties.map(([name, value]) => [name, value]) }),
  }
}
