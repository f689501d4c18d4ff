import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Step } from '../../src/chat-files/line.js'
import { parseChat } from '../../src/chat-files/parse.js'
import { writeChat } from '../../src/chat-files/write.js'

const stepsOf = (content: string) => parseChat(content, 'a.chat').map(({ number: _, ...step }) => step)

test('a chat file says who says what, what is heard, and what happens in between', () => {
  const content = [
    '# An order.',
    '',
    'ana> two large',
    'ana> first line',
    '     second line',
    '',
    '     third line',
    'order-bot< Where to?',
    'order-bot to ben< /^Where/i',
    '@advance 15m',
    '@state asking',
    '@state order-bot: {"asking":"dish"}',
    '@state none',
    '@restart',
    '@restart order-bot',
    '',
  ].join('\n')
  const steps: Step[] = [
    { kind: 'remark', text: '# An order.' },
    { kind: 'remark', text: '' },
    { kind: 'says', who: 'ana', text: 'two large' },
    { kind: 'says', who: 'ana', text: 'first line\nsecond line\n\nthird line' },
    { kind: 'hears', from: 'order-bot', expected: 'Where to?' },
    { kind: 'hears', from: 'order-bot', to: 'ben', expected: /^Where/i },
    { kind: 'advances', duration: '15m' },
    { kind: 'is in', state: 'asking' },
    { kind: 'is in', bot: 'order-bot', state: { asking: 'dish' } },
    { kind: 'is in', state: undefined },
    { kind: 'restarts' },
    { kind: 'restarts', bot: 'order-bot' },
  ]
  expect(stepsOf(content)).toEqual(steps)
  expect(writeChat(steps)).toBe(content)
})

describe('what can not be read is told with its line', () => {
  test.each([
    [
      'ana says hi',
      'a.chat:2: "ana says hi" is none of "ana> …", "bot< …", "# …", "@advance …", "@state …", "@restart …"',
    ],
    ['@advance soon', `a.chat:2: "soon" is no duration: use milliseconds, or text such as '90s', '10m', '2d'`],
    ['@toString', 'a.chat:2: "@toString" is none of '],
    ['@state', 'a.chat:2: Say which state: "@state asking", "@state {…}", or "@state none"'],
    ['@state {"asking"', 'a.chat:2: {"asking" is no state: write its name, or JSON such as {"asking":"dish"}'],
    ['bot< /(/', 'a.chat:2: Invalid regular expression: /(/'],
    ['  and more', 'a.chat:2: An indented line has to go on with a message'],
    ['ana> hi\n  there', 'a.chat:3: Indent it by 5, as far as the message'],
  ])('%s', (line, problem) => {
    expect(() => parseChat(`# a comment\n${line}\n`, 'a.chat')).toThrow(problem)
  })
})

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const line = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.trim() === text && !/[\r\n]/.test(text))
const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n\n'))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('says' as const), who: name, text }),
  fc.record({
    kind: fc.constant('hears' as const),
    from: name,
    to: name,
    expected: text.filter((it) => it[0] !== '/'),
  }),
  fc.record({ kind: fc.constant('is in' as const), bot: name, state: fc.oneof(name, fc.dictionary(name, name)) }),
  fc.record({ kind: fc.constant('advances' as const), duration: fc.constantFrom('1.5h' as const, '90s' as const) }),
)

test('what is written is read as it was', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      expect(stepsOf(writeChat(steps))).toEqual(steps)
    }),
  )
})

test('a text between slashes is written as a pattern that fits it alone', () => {
  const [heard] = stepsOf(writeChat([{ kind: 'hears', from: 'bot', expected: '/a+b/' }]))
  expect(heard).toMatchObject({ expected: /^\/a\+b\/$/ })
})
