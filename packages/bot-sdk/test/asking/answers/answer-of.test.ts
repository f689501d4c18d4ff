import { answerOf, attachment, contact, location, type Schema } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { around, inLocale, read, valueIn } from '../../support/answers.js'
import { heard } from '../../support/heard.js'

const heardText = (text: string) => heard(text).message

describe('a schema', () => {
  test.each([
    ['date', z.date(), /of type date can't be stored .* use z\.iso\.date\(\)/],
    ['coerced date', z.string().pipe(z.coerce.date()), /of type date/],
    ['bigint', z.bigint().optional(), /use z\.int\(\)/],
    ['literal bigint', z.literal(1n), /bigint/],
    ['set', z.set(z.string()), /of type set/],
    ['map', z.map(z.string(), z.string()), /of type map/],
    ['object', z.object({ a: z.string() }), /nobody can write an answer of type object .* one by one/],
    ['array', z.array(z.string()), /of type array/],
  ])('of a %s is refused at once, with what to use instead', (_, schema, message) => {
    expect(() => answerOf(schema as Schema<unknown>)).toThrow(TypeError)
    expect(() => answerOf(schema as Schema<unknown>)).toThrow(message)
  })

  test('of a text takes it as it is, trimmed', () => {
    expect(valueIn(z.string(), '  Hill Road 12 ')).toBe('Hill Road 12')
    expect(valueIn(z.string().min(5), 'here')).toBeUndefined()
    expect(answerOf(z.string().min(5)).expected(around)).toBe('a text of at least 5 characters')
    expect(answerOf(z.string().trim().min(1)).expected(around)).toBeUndefined()
    expect(answerOf(z.string().max(1000)).expected(inLocale('de'))).toBe('ein Text mit höchstens 1.000 Zeichen')
  })

  test('of several kinds is read as the first that fits', () => {
    const schema = z.union([z.int(), z.iso.date()])
    expect(valueIn(schema, 'three')).toBe(3)
    expect(valueIn(schema, 'tomorrow')).toBe('2026-11-27')
  })

  test('that preprocesses what it is given is given what the one behind it would be', () => {
    expect(
      valueIn(
        z.preprocess((value) => value, z.int()),
        'three',
      ),
    ).toBe(3)
  })

  test('of another library gets the text, trimmed', () => {
    const schema: Schema<string> = {
      '~standard': { version: 1, validate: (value) => ({ value: `<${value}>` }) },
    }
    expect(read(schema, ' a ')).toEqual({ ok: true, value: '<a>' })
    expect(answerOf(schema).expected(around)).toBeUndefined()
  })
})

const schemas: Readonly<Record<string, Schema<unknown>>> = {
  number: z.number(),
  boolean: z.boolean(),
  stringbool: z.stringbool(),
  enum: z.enum(['small', 'medium', 'extra large']),
  date: z.iso.date(),
  time: z.iso.time(),
  datetime: z.iso.datetime({ offset: true }),
  email: z.email(),
  phone: z.e164(),
  text: z.string().min(2),
  contact: contact(),
  location: location(),
  attachment: attachment(),
}

const sizeBytes = 256 * 1024
const filled = (piece: string): string => piece.repeat(Math.ceil(sizeBytes / piece.length)).slice(0, sizeBytes)
const long: readonly (readonly [string, string])[] = [
  ['one letter', 'a'],
  ['digits', '1'],
  ['numbers', '12 '],
  ['number words', 'one hundred and '],
  ['emoji', '👩‍👩‍👧'],
  ['right to left', 'مرحبا، '],
  ['zero-width', '\u200b\u200d\ufeff'],
  ['control', '\u0000\u0007\u001b'],
  ['combining', 'e\u0301\u0301\u0301'],
  ['lone surrogates', '\ud83d'],
  ['at signs', 'a@'],
  ['dots', 'a@b.'],
  ['dates', 'monday at 5, '],
  ['slashes', '1/2/'],
  ['phone numbers', '+43 660 1234567 '],
  ['brackets', '(+'],
  ['coordinates', '1.5, '],
  ['links', 'https://a.example/@'],
  ['choices', 'small medium '],
  ['near spellings', 'smal mediun extralarge '],
]

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  const answer = answerOf(schema)

  test('reads 256 KiB of anything at once', () => {
    answer.read(heardText('warm up'), around)
    for (const [name, piece] of long) {
      const text = filled(piece)
      const begun = performance.now()
      answer.read(heardText(text), around)
      answer.find(text, around)
      const took = performance.now() - begun
      // What grows with more than the text would take minutes.
      expect(took, name).toBeLessThan(1_000)
    }
  })

  test('never throws, and finds what stands where it says', () => {
    const piece = fc.constantFrom(
      ...long.map(([, piece]) => piece),
      ' ',
      ',',
      ':',
      'tomorrow',
      'at',
      'not',
      '5',
      'pm',
      '-',
      'geo:',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.array(piece).map((all) => all.join('')),
    )
    const locale = fc.constantFrom('en', 'en-GB', 'de-AT', 'ar-EG', 'hi-IN', 'ja')
    fc.assert(
      fc.property(text, locale, (text, locale) => {
        const where = inLocale(locale)
        answer.read(heardText(text), where)
        for (const { start, end } of answer.find(text, where)) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 60 },
    )
  })
})
