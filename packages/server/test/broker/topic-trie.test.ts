import { matches } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TopicTrie } from '../../src/broker/topic-trie.js'

const level = fc.constantFrom('a', 'b', '', '$s')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, deep]) => [...levels, ...(deep ? ['#'] : [])].join('/'))

const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), filter }),
  fc.record({ kind: fc.constant('remove' as const), filter }),
  fc.record({ kind: fc.constant('ask' as const), topic }),
)

describe('the topic trie', () => {
  it('answers as a list of all filters would, whatever is added and removed between questions', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const trie = new TopicTrie<string, readonly string[]>((found) => [...found].sort())
        const filters = new Set<string>()
        for (const each of steps) {
          if (each.kind === 'ask') {
            const expected = [...filters].filter((known) => matches(known, each.topic)).sort()
            expect(trie.match(each.topic)).toEqual(expected)
          } else if (each.kind === 'add') {
            filters.add(each.filter)
            trie.add(each.filter, each.filter)
          } else {
            filters.delete(each.filter)
            trie.remove(each.filter, each.filter)
          }
        }
      }),
    )
  })

  it('sums an answer up once, until a filter that takes the topic in changes', () => {
    let sums = 0
    const trie = new TopicTrie<string, number>((found) => {
      sums++
      return found.length
    })
    trie.add('a/+', 'one')
    trie.match('a/b')
    trie.add('c/#', 'other')
    expect([trie.match('a/b'), sums]).toEqual([1, 1])
    trie.add('#', 'all')
    expect([trie.match('a/b'), sums]).toEqual([2, 2])
  })
})
