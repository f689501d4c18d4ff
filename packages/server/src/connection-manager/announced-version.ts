import type { ProtocolVersion } from '@daakia/protocol/mqtt'

const connectByte = 0x10
const longestLength = 4
/** The protocol name as a string of MQTT (3.1.2.1). */
const name = [0, 4, 0x4d, 0x51, 0x54, 0x54]

/**
 * The version that a CONNECT names, read from its first bytes: one that is too large is refused before it is there,
 * and the refusal has to be in the client's terms.
 */
export const announcedVersion = (bytes: Uint8Array): ProtocolVersion | undefined => {
  if (bytes[0] !== connectByte) return undefined
  const start = 1 + lengthBytes(bytes)
  if (!name.every((byte, i) => bytes[start + i] === byte)) return undefined
  const level = bytes[start + name.length]
  return level === 4 || level === 5 ? level : undefined
}

/** As many bytes the Remaining Length takes (1.5.5). */
const lengthBytes = (bytes: Uint8Array): number => {
  let count = 1
  while (count < longestLength && (bytes[count] ?? 0) >= 0x80) count++
  return count
}
