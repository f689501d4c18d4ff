import type { Message } from '@daakia/client-sdk'

/** A message as a line of text: what it says, or its type with its body as JSON. */
export const textOf = ({ text, type, content, payload }: Message): string => {
  if (text !== undefined) return text
  return `[${type}] ${content.ok ? JSON.stringify(content.body) : new TextDecoder().decode(payload)}`
}
