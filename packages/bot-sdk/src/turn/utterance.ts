import { type Body, type Utterance, writeEncodedBody } from '@daakia/protocol'
import type { Outgoing } from '../middleware/port.js'

/** A run that ends with an output says so to programs; people are not shown it. */
export const doneEvent = (output: unknown): Outgoing => ({ type: 'event', body: { name: 'done', output } })

/** What is said, ready to be committed. @throws TypeError where the body is not what its type says */
export function worded({ type, body, to, replyTo, traceparent }: Outgoing): Utterance {
  const written: Utterance = writeEncodedBody(type, body as Body<typeof type>)
  if (to !== undefined) written.to = to
  if (replyTo !== undefined) written.replyTo = replyTo
  if (traceparent !== undefined) written.traceparent = traceparent
  return written
}
