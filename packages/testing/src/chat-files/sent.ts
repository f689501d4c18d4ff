import type { Message } from '@daakia/client-sdk'

/** The body of a message, where it can stand in a chat file. */
export const bodyOf = ({ content, contentType = 'application/json', payload }: Message): unknown => {
  if (content.ok) return content.body
  if (contentType !== 'application/json') return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return undefined
  }
}

/** What was sent, where its body can't stand in a chat file: `voice, 3 bytes of audio/ogg`. */
export const describedPayload = ({ type, contentType = 'no content type', payload }: Message): string =>
  `${type}, ${payload.length} bytes of ${contentType}`
