import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys } from '../../../src/kv/compare-keys.js'
import type { Key } from '../../../src/kv/port.js'
import { keyOfBytes, orderedBytes } from '../../../src/kv/redis/ordered-bytes.js'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u00ff', 'a'), maxLength: 5 }),
)
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
const key: fc.Arbitrary<Key> = fc.array(fc.oneof(text, number), { maxLength: 4 })

test('a key is read from its bytes as it was', () => {
  fc.assert(
    fc.property(key, (each) => {
      expect(keyOfBytes(orderedBytes(each))).toEqual(each.map(withOneZero))
    }),
  )
})

test('bytes are in the order of their keys', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      const order = Buffer.compare(orderedBytes(one), orderedBytes(other))
      expect(order).toBe(Math.sign(compareKeys(one.map(withOneZero), other.map(withOneZero))))
    }),
  )
})

const withOneZero = (part: string | number) => (typeof part === 'number' ? part + 0 : part)
