import { answerOf } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { around, inLocale, read, valueIn } from '../../support/answers.js'

const Size = z.enum(['small', 'medium', 'large'])

describe('one of a list', () => {
  test.each([
    ['large', 'large'],
    ['LARGE!', 'large'],
    ['2', 'medium'],
    ['2.', 'medium'],
    ['number two', 'medium'],
    ['the second one', 'medium'],
    ['the small one, please', 'small'],
    ['not the small one, large', 'large'],
    ['lagre', 'large'],
    ['a meduim one', 'medium'],
    ['sm\u200ball', 'small'],
    ['small, or well: small', 'small'],
  ])('"%s" is %s', (text, value) => {
    expect(valueIn(Size, text)).toBe(value)
  })

  test.each(['small or large', '4', '0', '-1', 'largest', '', 'not small', 'I have 2 children and a dog'])(
    '"%s" names none',
    (text) => {
      expect(read(Size, text)).toEqual({ ok: false })
    },
  )

  test('is told by its place in words of the language', () => {
    expect(valueIn(Size, 'das zweite', { locale: 'de' })).toBe('medium')
    expect(valueIn(Size, 'drei', { locale: 'de-AT' })).toBe('large')
  })

  test('may be told in the plural', () => {
    const Dish = z.enum(['pizza', 'lasagne', 'pizzas for two'])
    expect(valueIn(Dish, 'two large pizzas')).toBe('pizza')
    expect(valueIn(Dish, 'pizzas for two')).toBe('pizzas for two')
    expect(valueIn(Dish, 'zwei Lasagnen', { locale: 'de' })).toBe('lasagne')
    expect(read(Dish, 'pizzeria')).toEqual({ ok: false })
  })

  test('a value that is a number goes before a place', () => {
    expect(valueIn(z.enum(['2', '1']), '1')).toBe('1')
    expect(valueIn(z.literal([10, 2]), '2')).toBe(2)
    expect(valueIn(z.literal([10, 20]), '2')).toBe(20)
  })

  test('may have labels: keys of an enum, and titles of literals', () => {
    expect(valueIn(z.enum({ Small: 's', Large: 'l' }), 'the large one')).toBe('l')
    const Sized = z.union([z.literal('s').meta({ title: 'Small' }), z.literal('l').meta({ title: 'Large' })])
    expect(valueIn(Sized, 'large')).toBe('l')
    expect(answerOf(Sized).choices).toEqual([
      { label: 'Small', value: 's' },
      { label: 'Large', value: 'l' },
    ])
    enum Numbered {
      One = 1,
      Two = 2,
    }
    expect(answerOf(z.enum(Numbered)).choices).toEqual([
      { label: 'One', value: 1 },
      { label: 'Two', value: 2 },
    ])
  })

  test('the longer label is meant where one lies within another', () => {
    const Dessert = z.enum(['cream', 'ice cream', 'ice'])
    expect(valueIn(Dessert, 'some ice cream')).toBe('ice cream')
    expect(valueIn(Dessert, 'ice')).toBe('ice')
  })

  test('a spelling that is near to two is none', () => {
    const Colour = z.enum(['yellow', 'mellow', 'green'])
    expect(valueIn(Colour, 'bellow')).toBeUndefined()
    expect(valueIn(Colour, 'gren')).toBe('green')
  })

  test('emoji and other scripts are labels too', () => {
    expect(valueIn(z.enum(['👍', '👎']), ' 👎 ')).toBe('👎')
    expect(valueIn(z.enum(['пицца', 'салат']), 'ПИЦЦУ')).toBe('пицца')
    expect(valueIn(z.enum(['بيتزا', 'سلطة']), 'بيتزا من فضلك')).toBe('بيتزا')
  })

  test('is looked for through optional, nullable, default and readonly', () => {
    expect(valueIn(Size.nullable().default('small').readonly().optional(), 'large')).toBe('large')
  })

  test('what would be right is the list', () => {
    expect(answerOf(Size).expected(inLocale('en-GB'))).toBe('one of small, medium or large')
    expect(answerOf(Size).expected(inLocale('de'))).toBe('small, medium oder large')
  })

  test('is found where it is mentioned, by its place', () => {
    const text = 'Two LARGE ones'
    expect(answerOf(Size).find(text, around)).toEqual([{ value: 'large', start: 4, end: 9 }])
    expect(answerOf(Size).find('a lagre one, or 2', around)).toEqual([])
  })

  test('a slip of one letter in a label of five or more is understood', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    const label = fc.stringMatching(/^[a-z]{5,12}$/)
    const slip = fc.record({
      kind: fc.constantFrom('left out', 'doubled', 'another', 'swapped'),
      at: fc.nat(),
      by: fc.nat(25),
    })
    const slipped = (word: string, { kind, at, by }: { kind: string; at: number; by: number }): string => {
      const here = at % (word.length - 1)
      const [before, letter, next, after] = [word.slice(0, here), word[here], word[here + 1], word.slice(here + 2)]
      if (kind === 'left out') return `${before}${next}${after}`
      if (kind === 'doubled') return `${before}${letter}${letter}${next}${after}`
      return kind === 'swapped' ? `${before}${next}${letter}${after}` : `${before}${letters[by]}${next}${after}`
    }
    // Labels that begin and end with other letters, three times, are never near each other.
    const far = (one: string, other: string) => [...one].filter((at, index) => at !== other[index]).length > 4
    const labels = fc.uniqueArray(label, { minLength: 2, maxLength: 4 }).filter(([first = '', ...others]) => {
      return others.every((other) => far(first, other) && Math.abs(first.length - other.length) > 3)
    })
    fc.assert(
      fc.property(labels, slip, ([first = '', ...others], slip) => {
        const text = slipped(first, slip)
        fc.pre(text.length > 3 && !others.includes(text))
        expect(valueIn(z.enum([first, ...others]), text)).toBe(first)
      }),
    )
  })
})

describe('yes or no', () => {
  test.each([
    ['yes', 'en', true],
    ['Yes, please!', 'en', true],
    ['👍', 'en', true],
    ['no thanks', 'en', false],
    ['No problem', 'en', true],
    ['No, I would rather have something else today', 'en', false],
    ["that's right", 'en', true],
    ['certianly', 'en', true],
    ['Ja', 'de', true],
    ['auf keinen Fall', 'de-AT', false],
    ['stimmt nicht', 'de', false],
    ['oui', 'fr', undefined],
    ['yes', 'fr', true],
    ['yes or no', 'en', undefined],
    ['not sure', 'en', undefined],
    ["I don't know", 'en', undefined],
    ['There is no hurry, I will think about it', 'en', undefined],
    ['', 'en', undefined],
  ])('"%s" in %s is %s', (text, locale, value) => {
    expect(valueIn(z.boolean(), text, { locale })).toBe(value)
    expect(valueIn(z.stringbool(), text, { locale })).toBe(value)
  })

  test('words of the schema itself count as well', () => {
    const schema = z.stringbool({ truthy: ['aye'], falsy: ['nay'] })
    expect(['aye', 'NAY', 'yes', 'no'].map((text) => valueIn(schema, text))).toEqual([true, false, true, false])
  })

  test('what would be right is said', () => {
    expect(answerOf(z.stringbool()).expected(inLocale('de'))).toBe('ja oder nein')
  })
})
