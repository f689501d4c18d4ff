import { expect, test } from 'vitest'
import { aligned } from '../../src/chat-files/aligned.js'

const same = (one: string, other: string) => one === other

test.each([
  ['abc', 'abc', 'abc'],
  ['xaby', 'ab', '.ab.'],
  ['ab', 'xaxb', 'ab'],
  ['ba', 'ab', '.a'],
  ['aab', 'ab', '.ab'],
  ['abcabc', 'cab', '..cab.'],
  ['ab', '', '..'],
  ['', 'ab', ''],
])('of %s, as many as can match %s', (these, those, expected) => {
  const found = aligned([...these], [...those], same)
  expect(found.filter((each) => each)).toHaveLength(expected.replaceAll('.', '').length)
  expect(found.every((each, index) => each === undefined || each === these[index])).toBe(true)
})
