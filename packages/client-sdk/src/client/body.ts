export type Body = { type: string; body: unknown }
const text = new TextDecoder()
const bytes = new TextEncoder()
export const readBody = ({
  type,
  contentType,
  payload,
}: {
  type: string
  contentType?: string
  payload: Uint8Array
}) => {
  if (type === 'text' && contentType !== 'application/json')
    return { ok: true as const, type, body: { text: text.decode(payload) } }
  try {
    return { ok: true as const, type, body: JSON.parse(text.decode(payload)) as unknown }
  } catch (e) {
    return { ok: false as const, reason: String(e), type, contentType, payload }
  }
}
export const writeBody = (type: string, body: unknown) =>
  type === 'text'
    ? { type, contentType: 'text/plain', payload: bytes.encode((body as { text: string }).text) }
    : { type, contentType: 'application/json', payload: bytes.encode(JSON.stringify(body)) }

import type { Envelope } from '@daakia/protocol'
export const payloadOf = ({ payload, encoding }: Pick<Envelope, 'payload' | 'encoding'>): Uint8Array =>
  encoding === 'utf8' ? bytes.encode(payload) : Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))
