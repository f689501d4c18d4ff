/** Packets written by hand, without the encoder: what breaks the protocol can't be made with it. */

type Part = number | string | Uint8Array

const bytesOf = (part: Part): readonly number[] =>
  typeof part === 'number' ? [part] : typeof part === 'string' ? [...string(part)] : [...part]

/** Bytes one after the other; a text stands for an MQTT string. */
export const bytes = (...parts: readonly Part[]): Uint8Array => Uint8Array.from(parts.flatMap(bytesOf))

/** An MQTT string of ASCII: two bytes of length, then the text. */
export const string = (text: string): Uint8Array =>
  Uint8Array.of(text.length >> 8, text.length & 0xff, ...[...text].map((letter) => letter.charCodeAt(0)))

/** Properties with their length, which is below 128. */
export const properties = (...parts: readonly Part[]): Uint8Array => {
  const block = bytes(...parts)
  return bytes(block.length, block)
}

/** A packet: its first byte, its length, which is below 128, and its body. */
export const packet = (firstByte: number, ...parts: readonly Part[]): Uint8Array => {
  const body = bytes(...parts)
  if (body.length > 127) throw new Error('Only short packets are written here')
  return bytes(firstByte, body.length, body)
}

/** A CONNECT of MQTT 5 from its flags on; without a payload, that of a client named `c`. */
export const connect5 = (flags: number, block: Uint8Array = properties(), ...payload: readonly Part[]): Uint8Array =>
  packet(0x10, 'MQTT', 5, flags, 0, 60, block, ...(payload.length > 0 ? payload : ['c']))

/** A CONNECT of MQTT 3.1.1 from its flags on; without a payload, that of a client named `c`. */
export const connect4 = (flags: number, ...payload: readonly Part[]): Uint8Array =>
  packet(0x10, 'MQTT', 4, flags, 0, 60, ...(payload.length > 0 ? payload : ['c']))

/** A PUBLISH of MQTT 5 at QoS 0 to `t`, with properties. */
export const publish5 = (...parts: readonly Part[]): Uint8Array => packet(0x30, 't', properties(...parts), 0x70)

/** A SUBSCRIBE of MQTT 5 without properties. */
export const subscribe5 = (...payload: readonly Part[]): Uint8Array => packet(0x82, 0, 1, properties(), ...payload)
