import { answerOf } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { toCardinal as german } from 'n2words/de-DE'
import { toCardinal as british } from 'n2words/en-GB'
import { toCardinal } from 'n2words/en-US'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { around, inLocale, read, valueIn } from '../../support/answers.js'

describe('a number', () => {
  test.each([
    ['3', 'en', 3],
    [' 3 please', 'en', 3],
    ['three', 'en', 3],
    ['Twenty-one', 'en', 21],
    ['a dozen', 'en', 12],
    ['half a dozen eggs', 'en', 6],
    ['a hundred and five', 'en', 105],
    ['two thousand five hundred', 'en', 2500],
    ['minus five', 'en', -5],
    ['-5', 'en', -5],
    ['1,234.5', 'en', 1234.5],
    ['1.234,5', 'de', 1234.5],
    ['1.000', 'de', 1000],
    ['1.000', 'en', 1],
    ['2,5', 'en', 2.5],
    ['2.5', 'de', 2.5],
    ['1 234,5', 'fr', 1234.5],
    ['1’234.5', 'de-CH', 1234.5],
    ['٣', 'ar', 3],
    ['३', 'hi', 3],
    ['ein Dutzend', 'de', 12],
    ['hunderteins', 'de', 101],
    ['fuenfunddreissig', 'de', 35],
    ['dreiundzwanzigtausendvierhundert', 'de', 23_400],
    ['three, yes, 3', 'en', 3],
  ])('"%s" in %s is %d', (text, locale, value) => {
    expect(valueIn(z.number(), text, { locale })).toBe(value)
  })

  test.each([
    '',
    'lots',
    '3 or 4',
    'between 2 and 5',
    'A4',
    '1.2.3.4',
    'Infinity',
    '1234,567',
    '9'.repeat(400),
    '0x10',
  ])('"%s" is none', (text) => {
    expect(read(z.number(), text)).toEqual({ ok: false })
  })

  test.each([
    ['an espresso', 'en'],
    ['A large salad', 'en'],
    ['one, please', 'en'],
    ['eine Pizza', 'de'],
  ])('of things that are counted is 1 in "%s"', (text, locale) => {
    expect(valueIn(z.int(), text, { locale })).toBe(1)
  })

  test.each([
    ['a', 'en'],
    ['a lot', 'en'],
    ['one lot', 'en'],
    ['a whole lot', 'en'],
    ['a few of them', 'en'],
    ['I have a question', 'en'],
    ['a question about the big menu', 'en'],
    ['eine Menge', 'de'],
    ['eine ganze Menge', 'de'],
    ['ein bisschen', 'de'],
  ])('of things that are counted is none in "%s"', (text, locale) => {
    expect(read(z.int(), text, { locale })).toEqual({ ok: false })
  })

  test('goes through the schema', () => {
    const schema = z.int().min(1).max(20)
    expect(valueIn(schema, 'twenty')).toBe(20)
    expect([read(schema, '21'), read(schema, '1.5'), read(schema, 'zero')]).toEqual(Array(3).fill({ ok: false }))
    expect(
      valueIn(
        z.coerce
          .number()
          .transform((n) => n * 2)
          .optional(),
        'four',
      ),
    ).toBe(8)
    expect(valueIn(z.string().transform(Number).pipe(z.int()), '4')).toBe(4)
  })

  test('the message of a check of the author tells the problem', () => {
    const even = z.int().refine((n) => n % 2 === 0, 'Only even numbers, please.')
    expect(read(even, 'three')).toEqual({ ok: false, problem: 'Only even numbers, please.' })
    expect(read(z.int().max(5, 'Five at most.'), 'six')).toEqual({ ok: false, problem: 'Five at most.' })
    expect(read(z.int().max(5), 'six')).toEqual({ ok: false })
  })

  test.each([
    [z.int().min(1).max(1000), 'en', 'a whole number from 1 to 1,000'],
    [z.number().min(0.5), 'en', 'a number of at least 0.5'],
    [z.number().positive().max(20), 'en', 'a number above 0 and up to 20'],
    [z.int().positive(), 'en', 'a whole number of at least 1'],
    [z.coerce.number(), 'en', 'a number'],
    [z.int().min(1).max(1000), 'de', 'eine ganze Zahl von 1 bis 1.000'],
    [z.string().transform(Number).pipe(z.int().max(9)), 'de', 'eine ganze Zahl bis 9'],
    [z.int().max(1000), 'fr', 'a whole number up to 1,000'],
  ])('%# what would be right is said', (schema, locale, expected) => {
    expect(answerOf(schema).expected(inLocale(locale))).toBe(expected)
  })

  test('is found where it is mentioned for sure, by its place', () => {
    const text = 'One pizza, no: three, for 12 Hill Road'
    const found = answerOf(z.int()).find(text, around)
    expect(found.map(({ value, start, end }) => [value, text.slice(start, end)])).toEqual([
      [3, 'three'],
      [12, '12'],
    ])
  })

  test('is read as it is written by the rules of its language', () => {
    const written = fc.oneof(
      fc.record({ locale: fc.constantFrom('en', 'en-GB'), write: fc.constantFrom(toCardinal, british) }),
      fc.constant({ locale: 'de', write: german }),
    )
    fc.assert(
      fc.property(written, fc.integer({ min: 0, max: 1000 }), ({ locale, write }, n) => {
        expect(valueIn(z.number(), write(n), { locale })).toBe(n)
      }),
      { numRuns: 500 },
    )
  })

  test('is read as a locale writes it in digits', () => {
    const locales = ['en', 'de', 'fr', 'de-CH', 'de-AT', 'hi', 'ar-EG', 'fa', 'pl', 'sv', 'es']
    fc.assert(
      fc.property(fc.constantFrom(...locales), fc.integer({ min: 0, max: 99_999_999 }), (locale, n) => {
        const value = n / 100
        const text = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value)
        expect([text, valueIn(z.number(), text, { locale })]).toEqual([text, value])
      }),
    )
  })
})
