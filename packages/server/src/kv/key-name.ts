import type { Key } from './port.js'

/** The key as a text that no other key has. */
export const keyName = (key: Key): string => {
  let text = ''
  // Text in keys is data of others: its length keeps one key from looking like another.
  for (const part of key) text += typeof part === 'string' ? `/${part.length}:${part}` : `/${part}`
  return text
}
