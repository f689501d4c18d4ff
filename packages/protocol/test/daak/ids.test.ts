import { directConversation, directMembers, idMaker, isClientId, isConversationId } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientId } from './support/arbitraries.js'

describe('A client id', () => {
  it.each(['a', 'ana', 'order-bot', 'Ana.B_c@d-9', 'a'.repeat(128)])('may be %s', (id) => {
    expect(isClientId(id)).toBe(true)
  })

  it.each(['', 'a'.repeat(129), 'a b', 'a/b', 'a~b', '+', '#', 'ä', 'a\n', '\0'])('may not be %j', (id) => {
    expect(isClientId(id)).toBe(false)
  })
})

describe('A conversation id', () => {
  it.each(['room', 'ana~order-bot', `${'a'.repeat(128)}~${'b'.repeat(128)}`])('may be %s', (id) => {
    expect(isConversationId(id)).toBe(true)
  })

  it.each(['', '~', 'ana~', '~ana', 'a~b~c', 'a b', 'a/b', '+'])('may not be %j', (id) => {
    expect(isConversationId(id)).toBe(false)
  })

  it('has one form for two clients: sorted, and not of one with itself', () => {
    expect(isConversationId('order-bot~ana')).toBe(false)
    expect(isConversationId('ana~ana')).toBe(false)
  })
})

describe('A direct conversation', () => {
  it('is the same from both sides, has a valid id, and names its members', () => {
    fc.assert(
      fc.property(clientId, clientId, (one, other) => {
        fc.pre(one !== other)
        const conversation = directConversation(one, other)
        expect(directConversation(other, one)).toBe(conversation)
        expect(isConversationId(conversation)).toBe(true)
        expect(new Set(directMembers(conversation))).toEqual(new Set([one, other]))
      }),
    )
  })

  it('is not what a name without two halves is', () => {
    for (const id of ['room', '~', 'a~', '~a', 'a~b~c']) expect(directMembers(id)).toBeUndefined()
  })
})

describe('A made id', () => {
  const make = (now: number, random = () => 0.5) => idMaker({ now: () => now }, random)()

  it('sorts by the time at which it was made', () => {
    const time = fc.nat({ max: 2 ** 50 - 1 })
    fc.assert(
      fc.property(time, time, (one, other) => {
        fc.pre(one < other)
        expect(make(one, () => 0.999_999) < make(other, () => 0)).toBe(true)
      }),
    )
  })

  it('is 23 letters and digits, whatever the clock and the dice say', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 50 - 1 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now, dice) => {
          expect(make(now, () => dice)).toMatch(/^[0-9a-hjkmnp-tv-z]{23}$/)
        },
      ),
    )
  })

  it('differs from others of the same millisecond', () => {
    const next = idMaker({ now: () => 1 })
    expect(new Set(Array.from({ length: 1000 }, next)).size).toBe(1000)
  })
})
