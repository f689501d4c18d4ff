import { payloadOf, readBody, textOf } from '@daakia/protocol'
import type { HeardMessage } from '../../authoring/heard.js'

/** What a message of the type says, not checked; `undefined` where the message is of another type, or can't be read. */
export function bodyOfType(message: HeardMessage, type: string): Readonly<Record<string, unknown>> | undefined {
  if (message.type !== type) return undefined
  const read = readBody({ type, contentType: message.contentType, payload: payloadOf(message) })
  const body: unknown = read.ok ? read.body : parsed(textOf(payloadOf(message)))
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
