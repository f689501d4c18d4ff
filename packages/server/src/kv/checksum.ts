import { crc32 } from 'node:zlib'
import type { Key } from './port.js'

const sumBytes = 4

/** A value as it goes to disk: with a checksum of table, key and value at its end, because LMDB has none. */
export const seal = (table: string, key: Key, value: Uint8Array): Uint8Array => {
  const sealed = Buffer.allocUnsafe(value.length + sumBytes)
  sealed.set(value)
  sealed.writeUInt32LE(crc32(value, hashOf(key, mixText(seed, table))), value.length)
  return sealed
}

/** The value of what was sealed under the table's name and this key; `undefined` where something is not as it was written. */
export const unseal = (named: Key, sealed: Uint8Array): Uint8Array | undefined => {
  const end = sealed.length - sumBytes
  if (end < 0) return undefined
  const value = sealed.subarray(0, end)
  return crc32(value, hashOf(named, seed)) === readSum(sealed, end) ? value : undefined
}

const readSum = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

const seed = 0x811c9dc5
const prime = 0x01000193
const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/** Of the parts as they are: their encoding would cost more than all the rest. */
const hashOf = (key: Key, start: number): number => {
  let hash = start
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
