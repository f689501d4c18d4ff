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
    '@begin 2026-12-24T18:00:00Z',
    'ana@example.com> two large',
    'ana> first line',
    '     second line',
    '',
    '     third line',
    'order-bot< Where to?',
    'order-bot to ben< /^Where/i',
    '@advance 15m',
    '@advance 1d 2h',
    '@state asking',
    '@state order-bot: {"asking":"dish"}',
    '@state none',
    '@restart',
    '@restart order-bot',
    '@room team ana, ben, order-bot',
    'ana in team> two for us',
    '             and one more',
    'ben to support-bot> help',
    'ana presses "Large, for two"',
    'ana fills size=large, count=2, gift=true, note="no, \\"thanks\\"", code="007", "how many"=-1.5',
    'ana fills',
    'ana sends location {"latitude":48.2,"longitude":16.37}',
    'ana in team sends poll ["a","b"]',
    'ana on phone> hi',
    'ana on phone to support-bot> first',
    '                             second',
    'ana on phone presses "Large"',
    'order-bot to ana on phone< Hello.',
    '',
  ].join('\n')
  const steps: Step[] = [
    { kind: 'remark', text: '# An order.' },
    { kind: 'remark', text: '' },
    { kind: 'begins', at: '2026-12-24T18:00:00Z' },
    { kind: 'says', who: 'ana@example.com', text: 'two large' },
    { kind: 'says', who: 'ana', text: 'first line\nsecond line\n\nthird line' },
    { kind: 'hears', from: 'order-bot', expected: 'Where to?' },
    { kind: 'hears', from: 'order-bot', to: 'ben', expected: /^Where/i },
    { kind: 'advances', duration: '15m' },
    { kind: 'advances', duration: '1d 2h' },
    { kind: 'is in', state: 'asking' },
    { kind: 'is in', bot: 'order-bot', state: { asking: 'dish' } },
    { kind: 'is in', state: undefined },
    { kind: 'restarts' },
    { kind: 'restarts', bot: 'order-bot' },
    { kind: 'gathers', room: 'team', members: ['ana', 'ben', 'order-bot'] },
    { kind: 'says', who: 'ana', room: 'team', text: 'two for us\nand one more' },
    { kind: 'says', who: 'ben', to: 'support-bot', text: 'help' },
    { kind: 'presses', who: 'ana', choice: 'Large, for two' },
    {
      kind: 'fills',
      who: 'ana',
      values: { size: 'large', count: 2, gift: true, note: 'no, "thanks"', code: '007', 'how many': -1.5 },
    },
    { kind: 'fills', who: 'ana', values: {} },
    { kind: 'sends', who: 'ana', type: 'location', body: { latitude: 48.2, longitude: 16.37 } },
    { kind: 'sends', who: 'ana', room: 'team', type: 'poll', body: ['a', 'b'] },
    { kind: 'says', who: 'ana', device: 'phone', text: 'hi' },
    { kind: 'says', who: 'ana', device: 'phone', to: 'support-bot', text: 'first\nsecond' },
    { kind: 'presses', who: 'ana', device: 'phone', choice: 'Large' },
    { kind: 'hears', from: 'order-bot', to: 'ana', device: 'phone', expected: 'Hello.' },
  ]
  expect(stepsOf(content)).toEqual(steps)
  expect(writeChat(steps)).toBe(content)
})

describe('what can not be read is told with its line', () => {
  test.each([
    [
      'ana says hi',
      'a.chat:2: "ana says hi" is none of "ana> …", "bot< …", "# …", "ana presses …", "ana fills …", "ana sends …", ' +
        '"@advance …", "@state …", "@restart …", "@room …", "@begin …"',
    ],
    ['@advance soon', `a.chat:2: "soon" is no duration: use milliseconds, or text such as '90s', '10m', '2d'`],
    ['@toString', 'a.chat:2: "@toString" is none of '],
    ['@state', 'a.chat:2: Say which state: "@state asking", "@state {…}", or "@state none"'],
    ['@state {"asking"', 'a.chat:2: {"asking" is no state: write its name, or JSON such as {"asking":"dish"}'],
    ['@begin at noon', 'a.chat:2: "at noon" is no time: write it as 2026-12-24T18:00:00Z'],
    ['ana> hi\n@begin 2026-12-24T18:00Z', 'a.chat:3: "@begin …" has to stand before all that happens'],
    ['@room team', 'a.chat:2: Say which room, and who is in it: "@room team ana, ben, order-bot"'],
    ['ana presses', 'a.chat:2: Say what ana presses: ana presses "Large"'],
    ['ana presses "a"b"', 'a.chat:2: "a"b" is no text in quotation marks: write \\" for one within it'],
    ['ana in team presses "Large"', 'a.chat:2: Who presses answers where it was offered: leave out the place'],
    ['ana fills size', 'a.chat:2: size is no field with its value: write size=large, count=2, where="Hill Road, 12"'],
    ['ana fills a=1, b="x" y', 'a.chat:2: b="x" y is no field with its value: '],
    ['ana fills a=1, a=2', 'a.chat:2: "a" is filled in twice'],
    ['ana sends', 'a.chat:2: Say what ana sends, by its type: ana sends location {"latitude":48.2}'],
    ['ana sends poll', 'a.chat:2: The body of "poll" is missing: write it as JSON, such as {"latitude":48.2}'],
    ['ana sends poll {a}', 'a.chat:2: {a} is no body: write it as JSON'],
    ['bot< /(/', 'a.chat:2: Invalid regular expression: /(/'],
    ['  and more', 'a.chat:2: An indented line has to go on with a message'],
    ['ana> hi\n  there', 'a.chat:3: Indent it by 5, as far as the message'],
  ])('%s', (line, problem) => {
    expect(() => parseChat(`# a comment\n${line}\n`, 'a.chat')).toThrow(problem)
  })
})

/** JSON knows one zero. */
const inJson = <T>(value: T): T => JSON.parse(JSON.stringify(value))

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
  fc.record({ kind: fc.constant('presses' as const), who: name, choice: fc.string({ minLength: 1, unit: 'binary' }) }),
  fc.record({
    kind: fc.constant('fills' as const),
    who: name,
    values: fc.dictionary(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(inJson),
        fc.boolean(),
      ),
    ),
  }),
  fc.record({
    kind: fc.constant('sends' as const),
    who: name,
    room: name,
    type: name,
    body: fc.jsonValue().map(inJson),
  }),
  fc.record({ kind: fc.constant('advances' as const), duration: fc.constantFrom('1.5h' as const, '90s' as const) }),
)

test('what is written is read as it was', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      expect(stepsOf(writeChat(steps))).toEqual(steps)
    }),
  )
})

test('what Unicode takes for the end of a line ends none', () => {
  const steps: Step[] = [
    { kind: 'says', who: 'ana', text: 'one\u2028two' },
    { kind: 'presses', who: 'ana', choice: '\u2028' },
    { kind: 'sends', who: 'ana', room: 'hall', type: 'note', body: '\u2029' },
    { kind: 'fills', who: 'ana', values: { size: '\u2028' } },
  ]
  expect(stepsOf(writeChat(steps))).toEqual(steps)
})

test('a text between slashes is written as a pattern that fits it alone', () => {
  const [heard] = stepsOf(writeChat([{ kind: 'hears', from: 'bot', expected: '/a+b/' }]))
  expect(heard).toMatchObject({ expected: /^\/a\+b\/$/ })
})

test('a text that ends its lines with spaces is written as a pattern that fits it alone', () => {
  const [heard] = stepsOf(writeChat([{ kind: 'hears', from: 'bot', expected: 'A \n \r\nb. ' }]))
  expect(heard).toMatchObject({ expected: /^A \n \r\nb\. $/ })
})

test('a file in which nothing happens is no test', () => {
  expect(() => parseChat('# An order.\n', 'a.chat')).toThrow('a.chat:1: nothing happens here: begin with')
})
