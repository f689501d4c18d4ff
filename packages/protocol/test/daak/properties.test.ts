import { formatPosition, parsePosition, senderProperties, serverProperties } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('A position', () => {
  it('is read as it was written', () => {
    const number = fc.nat({ max: 999_999_999_999_999 })
    fc.assert(
      fc.property(number, number, (epoch, offset) => {
        expect(parsePosition(formatPosition({ epoch, offset }))).toEqual({ epoch, offset })
      }),
    )
  })

  it.each(['', '1', ':', '1:', ':1', '1:2:3', '-1:2', '1:2 ', '1:2\n', '1.5:2', '1e3:2', `1:${'9'.repeat(16)}`])(
    'is not what %j says',
    (text) => expect(parsePosition(text)).toBeUndefined(),
  )
})

describe('User properties', () => {
  it('are set by the sender or by the server, never by both', () => {
    const names: readonly string[] = senderProperties
    expect(serverProperties.filter((name) => names.includes(name))).toEqual([])
  })
})
