import { crc32 } from 'node:zlib'
import type { Key } from './port.js'

const sumBytes = 4

/** A value as it goes to disk: with a checksum of key and value at its end, because LMDB has none. */
export const seal = (key: Key, value: Uint8Array): Uint8Array => {
  const sealed = Buffer.allocUnsafe(value.length + sumBytes)
  sealed.set(value)
  sealed.writeUInt32LE(sumOf(key, value), value.length)
  return sealed
}

/** The value of what was sealed under this key; `undefined` where one of the two is not as it was written. */
export const unseal = (key: Key, sealed: Uint8Array): Uint8Array | undefined => {
  const end = sealed.length - sumBytes
  if (end < 0) return undefined
  const value = sealed.subarray(0, end)
  return sumOf(key, value) === readSum(sealed, end) ? value : undefined
}

const readSum = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

const sumOf = (key: Key, value: Uint8Array): number => crc32(value, hashOf(key))

const prime = 0x01000193
const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/** Of the parts as they are: their encoding would cost more than all the rest. */
const hashOf = (key: Key): number => {
  let hash = 0x811c9dc5
  for (const part of key) hash = typeof part === 'string' ? mixText(hash, part) : mixNumber(hash, part)
  return hash >>> 0
}

const mixText = (hash: number, text: string): number => {
  let mixed = Math.imul(hash ^ text.length, prime)
  for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), prime)
  return mixed
}

const mixNumber = (hash: number, number: number): number => {
  float[0] = number
  return Math.imul(Math.imul(hash ^ (words[0] as number), prime) ^ (words[1] as number), prime)
}
