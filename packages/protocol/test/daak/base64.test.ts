import { fromBase64, isBase64, toBase64 } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes } from './support/arbitraries.js'

describe('Base 64', () => {
  it('is what Node writes, and comes back', () => {
    fc.assert(
      fc.property(bytes, (made) => {
        const text = toBase64(made)
        expect(text).toBe(Buffer.from(made).toString('base64'))
        expect(isBase64(text)).toBe(true)
        expect(fromBase64(text)).toEqual(made)
      }),
    )
  })

  it('takes a payload of the largest size', () => {
    const large = new Uint8Array(256 * 1024).fill(0xfb)
    expect(fromBase64(toBase64(large))).toEqual(large)
  })

  it.each(['a', 'ab', 'abc', 'abc=a', 'a===', '=', '====', 'ab-_', 'ab==\n', 'äbcd', 'ab c'])('is not %j', (text) => {
    expect(isBase64(text)).toBe(false)
    expect(() => fromBase64(text)).toThrow(TypeError)
  })
})
