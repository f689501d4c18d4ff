/**
 * The user property `plain`: a message as text. MQTT lets a receiver close the connection over a control character in a
 * string (MQTT 5, 1.5.4), and mosquitto does. So a line ends with U+2028 there, and everywhere else with a line feed.
 */

/** What a string of MQTT holds (1.5.4). */
const mostBytes = 65_535
const ellipsis = '…'
const lineSeparator = '\u2028'

/** Characters that a receiver may take for a malformed packet; lone surrogates can't be written at all. */
const unfit = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u
const unfitButTabs = /[^\P{Cc}\t]|[\p{Cs}\p{Noncharacter_Code_Point}]/gu

const encoder = new TextEncoder()

/** Text as the value of the property. It has to be fit for that: see `fitPlain`. */
export const writePlain = (text: string): string => text.replaceAll('\n', lineSeparator)

/** The property's value as text. */
export const readPlain = (value: string): string => value.replaceAll(lineSeparator, '\n')

/** Whether the text can travel: no control characters but line feeds, and not too long. */
export const isPlain = (text: string): boolean => {
  const value = writePlain(text)
  return !unfit.test(value) && cutAt(value, mostBytes) === value.length
}

/** Makes a text fit to travel: line ends become line feeds, other control characters go, and what is too long is cut. */
export const fitPlain = (text: string): string => {
  const value = writePlain(text.replace(/\r\n?/g, '\n')).replace(unfitButTabs, '').replaceAll('\t', ' ')
  if (cutAt(value, mostBytes) === value.length) return readPlain(value)
  return readPlain(value.slice(0, cutAt(value, mostBytes - encoder.encode(ellipsis).length))) + ellipsis
}

/** How much of the text, in UTF-16 units and whole characters, so many bytes of UTF-8 hold. */
const cutAt = (text: string, bytes: number): number =>
  text.length * 3 <= bytes ? text.length : encoder.encodeInto(text, new Uint8Array(bytes)).read
