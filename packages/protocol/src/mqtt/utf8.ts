import { malformed } from './error.js'

/** Up to this many bytes, ASCII is read and written by hand: calling TextDecoder costs more than it saves. */
const shortText = 64

/** `ignoreBOM` keeps U+FEFF, which "must not be skipped over or stripped off" [MQTT-1.5.4-3]. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Reads a UTF-8 string without its length.
 *
 * @throws MqttError 0x81 for ill-formed UTF-8, surrogates and over-long forms included [MQTT-1.5.4-1], and for U+0000 [MQTT-1.5.4-2].
 */
export const decodeUtf8 = (bytes: Uint8Array, start: number, end: number): string => {
  if (end - start > shortText) return decodeLong(bytes, start, end)
  let text = ''
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte === 0 || byte > 0x7f) return decodeLong(bytes, start, end)
    text += String.fromCharCode(byte)
  }
  return text
}

const decodeLong = (bytes: Uint8Array, start: number, end: number): string => {
  const text = tryDecode(bytes.subarray(start, end))
  if (text.includes('\0')) throw malformed('A string contains U+0000 [MQTT-1.5.4-2]')
  return text
}

const tryDecode = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw malformed('A string is not well-formed UTF-8 [MQTT-1.5.4-1]')
  }
}

/**
 * How many bytes `text` takes in UTF-8.
 *
 * @throws MqttError 0x81 for a lone surrogate [MQTT-1.5.4-1] and for U+0000 [MQTT-1.5.4-2].
 */
export const utf8Length = (text: string): number => {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0) throw malformed('A string contains U+0000 [MQTT-1.5.4-2]')
    if (unit < 0x80) continue
    if (unit < 0x800) length += 1
    else if (unit < 0xd800 || unit > 0xdfff) length += 2
    else {
      if (!isPair(text, i)) throw malformed('A string contains a lone surrogate [MQTT-1.5.4-1]')
      length += 2
      i++
    }
  }
  return length
}

const isPair = (text: string, at: number): boolean => {
  const next = text.charCodeAt(at + 1)
  return text.charCodeAt(at) < 0xdc00 && next >= 0xdc00 && next <= 0xdfff
}

/** Writes `text` at `position` where it is ASCII without U+0000; answers whether it was, for what is written is no text else. */
export const writeAscii = (text: string, target: Uint8Array, position: number): boolean => {
  if (text.length > shortText) return false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0 || unit > 0x7f) return false
    target[position + i] = unit
  }
  return true
}

/** Writes `text`, whose length in UTF-8 is `length`, at `position`. */
export const encodeUtf8 = (text: string, length: number, target: Uint8Array, position: number): void => {
  encoder.encodeInto(text, target.subarray(position, position + length))
}
