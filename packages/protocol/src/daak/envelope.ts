import * as z from 'zod/mini'

/**
 * A message of a journal as JSON: what `history/read` answers and what a turn carries.
 * The payload is text where it is valid UTF-8, and base64 where it is not.
 */
export const Envelope = z.object({
  /** Place in the journal: 1, 2, 3 … */
  seq: z.int(),
  /** The sender's id of the message: unique per (conversation, sender). */
  id: z.string(),
  from: z.string(),
  /** When it was committed: milliseconds since the Unix epoch, the server's clock. */
  at: z.number(),
  /** A message type such as `text`; types that are not known are delivered untouched. */
  type: z.string(),
  contentType: z.optional(z.string()),
  replyTo: z.optional(z.string()),
  to: z.optional(z.string()),
  traceparent: z.optional(z.string()),
  payload: z.string(),
  encoding: z.enum(['utf8', 'base64']),
  /** The sender's other user properties, in order. */
  properties: z.optional(z.array(z.tuple([z.string(), z.string()]))),
})
export type Envelope = z.infer<typeof Envelope>
