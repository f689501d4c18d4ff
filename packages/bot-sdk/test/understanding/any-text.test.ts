import { classifier, patterns, type Recogniser } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { understand } from '../support/understand.js'

/** What hangs a backtracking engine for ever, given the right text. */
const evil = [/(a+)+$/, /^(a|a)*$/, /(.*)*x/, /^(\w+\s?)*$/, /(a|aa)+$/, /^(([a-z])+.)+[A-Z]([a-z])+$/, /(x+x+)+y/]

const recognisers: readonly [readonly [string, Recogniser], readonly [string, Recogniser]] = [
  [
    'patterns',
    patterns({
      intents: {
        evil,
        order: ['order {count} {dish}', '{what} {then} {that} [{perhaps}] and {more}', 'bring {dish}', '{any}'],
      },
      entities: { count: z.coerce.number(), dish: ['pizza', 'four cheese', '比萨', 'a'] },
    }),
  ],
  [
    'a classifier',
    classifier({
      examples: { order: ['i want a {dish}', 'a {dish}'], hours: ['when are you open', 'いつ'] },
      entities: { dish: ['pizza', 'four cheese', 'a'], word: ['比萨'] },
    }),
  ],
]

/** As long as patterns read. */
const long = 32_768
const filled = (text: string) => text.repeat(Math.ceil(long / text.length)).slice(0, long)

const texts: readonly (readonly [string, string])[] = [
  ['letters', `${filled('a').slice(1)}!`],
  ['words', filled('order pizza and ')],
  ['what almost matches', filled('order 2 four cheese, bring a pizza and ')],
  ['emoji alone', filled('👩‍👩‍👧‍👦🍕')],
  ['right-to-left text', filled('أريد بيتزا \u202e\u2067')],
  ['zero-width and control characters', filled('\u200b\u200d\ufeff\0\u0007\u001b[31m\n')],
  ['combining marks', filled('a\u0301\u0302\u0303')],
  ['half of a pair', filled('\ud83c')],
  ['white space', filled(' \t\u00a0\u3000')],
  ['braces and brackets', filled('{[({dish}')],
]

test('patterns that hang other engines are read at their length, and pasted books are not', async () => {
  const [[, recogniser]] = recognisers
  expect((await understand(recogniser, 'a'.repeat(long)))?.intents).toEqual([
    { name: 'evil', score: 1 },
    expect.anything(),
  ])
  expect(await understand(recogniser, 'a'.repeat(long + 1))).toBeUndefined()
})

describe.each(recognisers)('%s', (_, recogniser) => {
  test.each(texts)('takes %s, up to 256 KiB of it', async (_, text) => {
    for (const written of [text, text.repeat(8)]) {
      const known = await understand(recogniser, written)
      for (const { score } of known?.intents ?? []) expect(score > 0 && score <= 1).toBe(true)
    }
  })

  test('says of any text what it is sure of, where the entities stand, and the same again', async () => {
    const piece = fc.constantFrom(
      'order',
      ' ',
      '2',
      'pizza',
      'and',
      '\u200b',
      '🍕',
      'é',
      'e\u0301',
      '{',
      '[',
      '比萨',
      '\n',
      '’',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((some) => some.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (written) => {
        const known = await understand(recogniser, written)
        const scores = (known?.intents ?? []).map(({ score }) => score)
        expect(scores.every((score) => score > 0 && score <= 1)).toBe(true)
        expect(scores).toEqual([...scores].sort((one, other) => other - one))
        for (const { text, start, end } of known?.entities ?? [])
          expect(written.normalize('NFC').replaceAll('’', "'").slice(start, end)).toBe(text)
        expect(await understand(recogniser, written)).toEqual(known)
        expect(JSON.parse(JSON.stringify(known ?? null))).toEqual(known ?? null)
      }),
      { numRuns: 50 },
    )
  })
})
