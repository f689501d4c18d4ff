import { bytes } from '../support.js'

/** A string as it lies in a packet: its length, and its bytes. */
export const text = (value: string | Uint8Array): number[] => {
  const encoded = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return [encoded.length >> 8, encoded.length & 0xff, ...encoded]
}

/** A packet of less than 128 bytes. */
export const packet = (firstByte: number, ...rest: number[]): Uint8Array => bytes(firstByte, rest.length, ...rest)

/** Bits of the connect flags. */
export const flag = {
  reserved: 1,
  clean: 2,
  will: 4,
  qos1: 8,
  qos2: 16,
  retain: 32,
  password: 64,
  username: 128,
} as const

export interface ConnectBytes {
  protocol?: string
  level?: number
  flags?: number
  keepAlive?: number
  /** The fields of the payload, in order. */
  payload?: readonly (string | Uint8Array)[]
}

/** A CONNECT, whatever it says. */
export const connectBytes = (fields: ConnectBytes = {}): Uint8Array => {
  const { protocol = 'MQTT', level = 4, flags = flag.clean, keepAlive = 0, payload = ['ana'] } = fields
  return packet(0x10, ...text(protocol), level, flags, keepAlive >> 8, keepAlive & 0xff, ...payload.flatMap(text))
}
