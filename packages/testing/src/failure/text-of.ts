import type { Message } from '@daakia/client-sdk'

/** A message as text: what it says, else its plain text, or its type with its payload where nobody knows one. */
export const textOf = ({ text, plain, type, payload }: Message): string =>
  text ?? plain ?? `[${type}] ${new TextDecoder().decode(payload)}`
