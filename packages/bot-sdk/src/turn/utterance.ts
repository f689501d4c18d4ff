import { type Body, encodePayload, type MessageType, type Utterance, writeBody } from '@daakia/protocol'

/** A message of the bot's. @throws TypeError where the body is not what its type says */
export function utterance<TType extends MessageType>(type: TType, body: Body<TType>): Utterance {
  const { payload, ...written } = writeBody(type, body)
  return { ...written, ...encodePayload(payload) }
}

/** A run that ends with an output says so to programs; people are not shown it. */
export const doneUtterance = (output: unknown): Utterance =>
  utterance('event', { name: 'done', output } as Body<'event'>)
