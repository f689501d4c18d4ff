import * as z from 'zod/mini'

/** What a notice may be about. A newer server may have more. */
export const noticeTypes = [
  /** A publish was not taken, and its acknowledgement could not say so, or there was none. */
  'publish-refused',
  /** A subscription was not granted, and SUBACK could not say why. */
  'subscription-refused',
  /** A subscription that was granted is over. */
  'subscription-ended',
  /** Messages did not reach this session. */
  'messages-missed',
  /** What was to be said when the connection breaks was not taken. */
  'will-refused',
] as const

/** The payload of `daak/notices`: what a session could not be told in another way. */
export const Notice = z.looseObject({
  /** One of `noticeTypes`, or one that is not known here. */
  type: z.string(),
  /** A reason code of MQTT 5, such as 0x87. */
  code: z.int(),
  /** What happened, and what to do about it. */
  reason: z.string(),
  /** When: milliseconds since the Unix epoch, the server's clock. */
  at: z.number(),
  /** Of the publish or the will. */
  topic: z.optional(z.string()),
  /** The user property `id` of the publish. */
  id: z.optional(z.string()),
  /** Of the subscription. */
  filter: z.optional(z.string()),
  /** How many messages. */
  messages: z.optional(z.int()),
  /** So many notices before this one were left out, because they waited for too long. */
  missed: z.optional(z.int()),
})
export type Notice = z.infer<typeof Notice>
