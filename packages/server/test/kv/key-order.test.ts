import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareKeys } from '../../src/kv/compare-keys.js'
import { under } from '../../src/kv/keys.js'
import { type Key, table } from '../../src/kv/port.js'
import { onDisk } from '../support/storage.js'

const things = table<true>('things')

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: fc.constantFrom(...'\u0001\u0002\u0004\u0005\u0006\u0021\u0025a'), maxLength: 5 }),
  )
  .filter((each) => !/[\0\u{10ffff}]/u.test(each))
/** Longer than what LMDB's keys treat as short. */
const longText = fc.tuple(fc.constantFrom('', 'x'.repeat(70)), text).map((parts) => parts.join(''))
const number = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }))
const key: fc.Arbitrary<Key> = fc.array(fc.oneof(longText, number), { minLength: 1, maxLength: 4 })

test('the order on disk is the order in memory, for keys of any text and number', async () => {
  const storage = await onDisk()
  const kv = storage.keyValue
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 30 }), async (keys) => {
      await kv.write((tx) => {
        for (const each of [...tx.range(things, under())]) tx.remove(things, each.key)
      })
      await kv.write((tx) => {
        for (const each of keys) tx.put(things, each, true)
      })
      const stored = [...kv.range(things, under())].map((each) => each.key)
      const expected = [...keys]
        .sort(compareKeys)
        .filter((each, i, all) => i === 0 || compareKeys(each, all[i - 1] as Key))
      expect(stored).toEqual(expected)
    }),
    { numRuns: 100 },
  )
  await storage.remove()
})
