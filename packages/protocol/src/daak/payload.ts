import * as z from 'zod/mini'
import { fromBase64, isBase64, toBase64 } from './base64.js'

/** How JSON carries the bytes of a payload: as text where they are valid UTF-8, as base 64 where they are not. */
export const payloadFields = { payload: z.string(), encoding: z.enum(['utf8', 'base64']) }

/** A payload within JSON. */
export interface EncodedPayload {
  payload: string
  encoding: 'utf8' | 'base64'
}

const encoder = new TextEncoder()
/** A byte order mark is kept: the bytes have to come back as they were. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes as text, or `undefined` where they are not valid UTF-8. */
export const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The bytes of a text. */
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** Makes bytes fit for JSON. `payloadOf` gives the same bytes back. */
export const encodePayload = (bytes: Uint8Array): EncodedPayload => {
  const text = textOf(bytes)
  return text === undefined ? { payload: toBase64(bytes), encoding: 'base64' } : { payload: text, encoding: 'utf8' }
}

/** The bytes of a payload within JSON. @throws TypeError where it says that it is base 64 and is not. */
export const payloadOf = ({ payload, encoding }: EncodedPayload): Uint8Array =>
  encoding === 'base64' ? fromBase64(payload) : bytesOf(payload)

/** A check for schemas with `payloadFields`, so that `payloadOf` works on what has passed. */
export const payloadIsEncoded = z.refine<EncodedPayload>(
  ({ payload, encoding }) => encoding !== 'base64' || isBase64(payload),
  { error: 'The payload is not base 64', path: ['payload'] },
)
