/**
 * Where MQTT packets begin and end in a stream of bytes (MQTT 5, 2.1: fixed header). Read by hand and without objects:
 * a load generator that decodes is slower than the server it measures.
 */

export const PacketType = { connack: 2, publish: 3, puback: 4, suback: 9 } as const

/** Longest fixed header: type and flags, and four bytes of Remaining Length. */
export const headerLimit = 5

/** Size of the packet that begins at `at`, its header included; 0 while its length has not come whole. */
export const packetSize = (bytes: Uint8Array, at: number, end: number): number => {
  let length = 0
  const last = Math.min(end, at + headerLimit)
  for (let next = at + 1, scale = 1; next < last; next++, scale *= 128) {
    const byte = bytes[next] as number
    length += (byte & 127) * scale
    if (byte < 128) return next + 1 - at + length
  }
  return 0
}

/** Where the variable header of the packet at `at` begins. */
export const bodyStart = (bytes: Uint8Array, at: number): number => {
  let next = at + 1
  while ((bytes[next] as number) >= 128) next++
  return next + 1
}

export const packetType = (first: number): number => first >> 4

export const qosOf = (first: number): number => (first >> 1) & 3

export const readUint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 8) | (bytes[at + 1] as number)

/** Where the packet identifier of a PUBLISH stands, whose variable header begins at `body`. */
export const packetIdAt = (bytes: Uint8Array, body: number): number => body + 2 + readUint16(bytes, body)
