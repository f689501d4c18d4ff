import type { Key } from '../port.js'

const number = 1
const text = 2

/**
 * A key as bytes in the order of keys, and from which it can be read: of each part a mark of what it is, and then a number
 * as eight bytes whose order is theirs, or a text in UTF-8 up to two zero bytes. A zero byte in a text is followed by 0xff.
 */
export const orderedBytes = (key: Key): Buffer => {
  const pieces: Buffer[] = []
  for (const part of key)
    pieces.push(...(typeof part === 'number' ? [marks.number, numberBytes(part)] : textBytes(part)))
  return Buffer.concat(pieces)
}

/** The key of bytes that `orderedBytes` has made. */
export const keyOfBytes = (bytes: Buffer): Key => {
  const key: (string | number)[] = []
  for (let at = 0; at < bytes.length; ) {
    const isNumber = bytes[at] === number
    const start = at + 1
    at = isNumber ? start + 8 : endOfText(bytes, start)
    const part = bytes.subarray(start, at)
    key.push(isNumber ? numberOf(part) : textOf(part))
    if (!isNumber) at += terminator.length
  }
  return key
}

const marks = { number: Buffer.of(number), text: Buffer.of(text) }
const terminator = Buffer.of(0, 0)

/** The bits of a double are in the order of its value where its sign is turned; those of one below zero, where all are. */
const turn = (bytes: Buffer, isNegative: boolean): Buffer => {
  if (isNegative) for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] as number)
  else bytes[0] = (bytes[0] as number) ^ 0x80
  return bytes
}

const numberBytes = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  // There is one zero.
  bytes.writeDoubleBE(value + 0)
  return turn(bytes, value < 0)
}

const numberOf = (part: Buffer): number => {
  const isNegative = ((part[0] as number) & 0x80) === 0
  return turn(Buffer.from(part), isNegative).readDoubleBE()
}

const textBytes = (part: string): Buffer[] => {
  const bytes = Buffer.from(part)
  return [marks.text, part.includes('\0') ? escaped(part) : bytes, terminator]
}

const escaped = (part: string): Buffer =>
  Buffer.concat(part.split('\0').flatMap((piece, i) => (i === 0 ? [Buffer.from(piece)] : [zero, Buffer.from(piece)])))

const zero = Buffer.of(0, 0xff)

const endOfText = (bytes: Buffer, start: number): number => {
  let at = bytes.indexOf(0, start)
  while (bytes[at + 1] === 0xff) at = bytes.indexOf(0, at + 2)
  return at
}

const textOf = (part: Buffer): string => {
  if (!part.includes(0)) return part.toString()
  const pieces: Buffer[] = []
  for (let at = 0; at < part.length; ) {
    const end = part.indexOf(0, at)
    pieces.push(part.subarray(at, end === -1 ? part.length : end + 1))
    at = end === -1 ? part.length : end + zero.length
  }
  return Buffer.concat(pieces).toString()
}
