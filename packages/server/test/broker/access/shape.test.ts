import { matches } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, overlaps, shapeOf } from '../../../src/broker/access/shape.js'

const level = fc.constantFrom('a', 'b', '', '$s')
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .filter(([levels, deep]) => levels.length > 0 || deep)
  .map(([levels, deep]) => [...levels, ...(deep ? ['#'] : [])].join('/'))
  .filter((text) => text !== '')
const topic = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((text) => text !== '')

/** Every topic that could tell two such filters apart: `z` is a text that no filter has. */
const witnesses = (): string[] => {
  const texts = ['a', 'b', '', '$s', 'z']
  const found: string[] = []
  const grow = (levels: readonly string[]) => {
    if (levels.length > 0 && levels.join('/') !== '') found.push(levels.join('/'))
    if (levels.length < 5) for (const text of texts) grow([...levels, text])
  }
  grow([])
  return found
}
const all = witnesses()

const takesIn = (filter: string): ReadonlySet<string> => new Set(all.filter((each) => matches(filter, each)))
const asks = (one: string, other: string) => [shapeOf(one), shapeOf(other)] as const

describe('one filter covers another', () => {
  it('exactly where it takes in every topic that the other does', () => {
    fc.assert(
      fc.property(filter, filter, (wide, narrow) => {
        const taken = takesIn(wide)
        expect(covers(...asks(wide, narrow))).toBe([...takesIn(narrow)].every((each) => taken.has(each)))
      }),
    )
  })

  it('and a topic where it takes it in', () => {
    fc.assert(
      fc.property(filter, topic, (wide, each) => {
        expect(covers(...asks(wide, each))).toBe(matches(wide, each))
      }),
    )
  })

  it.each([
    ['a/#', 'a', true],
    ['a/#', 'a/+/#', true],
    ['a/+', 'a/#', false],
    ['+/#', '#', true],
    ['#', '$SYS/#', false],
    ['+/uptime', '$SYS/uptime', false],
    ['$SYS/#', '$SYS/+/load', true],
  ])('%s and %s: %s', (wide, narrow, answer) => {
    expect(covers(...asks(wide, narrow))).toBe(answer)
  })
})

describe('two filters overlap', () => {
  it('exactly where some topic is taken in by both', () => {
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const taken = takesIn(one)
        expect(overlaps(...asks(one, other))).toBe([...takesIn(other)].some((each) => taken.has(each)))
        expect(overlaps(...asks(other, one))).toBe(overlaps(...asks(one, other)))
      }),
    )
  })

  it.each([
    ['a/#', 'a', true],
    ['a/+/c', 'a/b/#', true],
    ['+/b', 'a/+', true],
    ['a/b', 'a/b/c', false],
    ['+', '/#', false],
    ['#', '$SYS/uptime', false],
    ['$SYS/+', '$SYS/#', true],
  ])('%s and %s: %s', (one, other, answer) => {
    expect(overlaps(...asks(one, other))).toBe(answer)
  })
})
