import type { Message } from '@daakia/client-sdk'

/** A message as text: its plain text, or its type with its payload where nobody knows one. */
export const textOf = ({ plain, type, payload }: Message): string =>
  plain ?? `[${type}] ${new TextDecoder().decode(payload)}`
