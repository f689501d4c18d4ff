/** Packets written by hand, without the encoder: what breaks the protocol can't be made with it. */

export type Part = number | string | Uint8Array

const bytesOf = (part: Part): readonly number[] =>
  typeof part === 'number' ? [part] : typeof part === 'string' ? [...mqttString(Buffer.from(part))] : [...part]

/** Bytes one after the other; a text stands for an MQTT string. */
export const bytes = (...parts: readonly Part[]): Uint8Array => Uint8Array.from(parts.flatMap(bytesOf))

/** An MQTT string of these bytes, whether they are text or not. */
export const mqttString = (text: Uint8Array): Uint8Array => Uint8Array.of(text.length >> 8, text.length & 0xff, ...text)

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

/** A CONNECT of MQTT 5 from its flags on. */
export const connect5 = (flags: number, block: Uint8Array, ...payload: readonly Part[]): Uint8Array =>
  packet(0x10, 'MQTT', 5, flags, 0, 60, block, ...payload)

/** A PUBLISH of MQTT 5 at QoS 0 to `t`, with properties. */
export const publish5 = (...parts: readonly Part[]): Uint8Array => packet(0x30, 't', properties(...parts), 0x70)
