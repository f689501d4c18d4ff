import { encodePayload, type Utterance, writeBody } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Said } from '../saying/say.js'

/** What a machine emitted, as messages. What only an author's own listeners know is no message. */
export const utterancesOf = (emitted: readonly AnyEventObject[]): readonly Utterance[] =>
  emitted.filter(isSaid).map(({ text }) => textUtterance(text))

export function textUtterance(text: string): Utterance {
  const { type, contentType, payload } = writeBody('text', { text })
  return { type, contentType, ...encodePayload(payload) }
}

/** A run that ends with an output says so to programs; people are not shown it. */
export function doneUtterance(output: unknown): Utterance {
  const { type, contentType, payload } = writeBody('event', { name: 'done', output })
  return { type, contentType, ...encodePayload(payload) }
}

const isSaid = (event: AnyEventObject): event is Said => event.type === 'say' && typeof event.text === 'string'
