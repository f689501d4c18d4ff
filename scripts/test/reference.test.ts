import { describe, expect, test } from 'vitest'
import { missingIn } from '../check/reference.mjs'

const summary = [{ kind: 'text', text: 'Asks.' }]
const complete = { summary, blockTags: [{ tag: '@throws' }, { tag: '@example' }] }
const reference = (...children: Parameters<typeof missingIn>[0][]) => ({
  name: 'Daakia',
  children: [{ name: 'bot-sdk/src', children }],
})

describe('the reference lacks', () => {
  test('a docstring and an example of what has neither', () => {
    expect(missingIn(reference({ name: 'ask' }), ['bot-sdk/src'])).toEqual([
      'bot-sdk/src: ask has no docstring',
      'bot-sdk/src: ask has no @example',
    ])
  })

  test('an example where a docstring has none', () => {
    const ask = { name: 'ask', comment: { summary, blockTags: [{ tag: '@throws' }] } }
    expect(missingIn(reference(ask), ['bot-sdk/src'])).toEqual(['bot-sdk/src: ask has no @example'])
  })

  test('nothing of what has both, be it on a signature of a function', () => {
    const ask = { name: 'Ask', comment: complete }
    const fill = { name: 'fill', signatures: [{ name: 'fill' }, { name: 'fill', comment: complete }] }
    expect(missingIn(reference(ask, fill), ['bot-sdk/src'])).toEqual([])
  })

  test('nothing of what another package describes', () => {
    expect(missingIn(reference({ name: 'Schema', variant: 'reference' }), ['bot-sdk/src'])).toEqual([])
  })

  test('an entry point that is gone', () => {
    expect(missingIn(reference(), ['bot-sdk/source'])).toEqual(['bot-sdk/source: is no entry point of typedoc.json'])
  })
})
