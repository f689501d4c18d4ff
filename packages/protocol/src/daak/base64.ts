/** Base 64 (RFC 4648, section 4), for runtimes that have neither `Buffer` nor `Uint8Array.fromBase64`. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const bitsOf: ReadonlyMap<string, number> = new Map([...alphabet].map((letter, value) => [letter, value]))
const lettersAndPadding = /^[A-Za-z0-9+/]*={0,2}$/

/** Whether `text` is base 64 with its padding. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && lettersAndPadding.test(text)

/** Writes bytes as base 64, padded. */
export const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) text += toLetters(bytes, i)
  return text
}

/** Reads base 64. @throws TypeError where `isBase64` says no. */
export const fromBase64 = (text: string): Uint8Array => {
  if (!isBase64(text)) throw new TypeError('The text is not base 64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  // What the padding stands for would be written past the end, where a typed array ignores it.
  for (let from = 0, to = 0; from < text.length; from += 4, to += 3) writeBytes(text, from, bytes, to)
  return bytes
}

const toLetters = (bytes: Uint8Array, at: number): string => {
  const left = bytes.length - at
  const bits = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2)
  const letter = (shift: number) => alphabet.charAt((bits >> shift) & 63)
  return letter(18) + letter(12) + (left > 1 ? letter(6) : '=') + (left > 2 ? letter(0) : '=')
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0

const writeBytes = (text: string, from: number, bytes: Uint8Array, to: number): void => {
  let bits = 0
  for (let i = from; i < from + 4; i++) bits = (bits << 6) | (bitsOf.get(text.charAt(i)) ?? 0)
  bytes[to] = bits >> 16
  bytes[to + 1] = bits >> 8
  bytes[to + 2] = bits
}
