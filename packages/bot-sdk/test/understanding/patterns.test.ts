import { type Intent, type IntentsOf, patterns, type Recogniser, type Understood } from '@daakia/bot-sdk'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { understand } from '../support/understand.js'

const orders = patterns({
  intents: {
    order: ['[i want to] order {count} {dish}', '[please] bring {what} [to {name}]', /^i want (?<dish>.+)$/i],
    hours: ['when are you open'],
  },
  entities: { count: z.coerce.number().int(), dish: ['Pizza', 'Four Cheese', 'salad'] },
})

const valuesOf = ({ entities }: Understood) => Object.fromEntries(entities.map(({ name, value }) => [name, value]))

/** The best intent with its score, and the values of the entities. */
async function read(text: string, recogniser: Recogniser = orders) {
  const understood = await understand(recogniser, text)
  return understood && [understood.intents[0]?.name, understood.intents[0]?.score, valuesOf(understood)]
}

test.each([
  ['order 2 pizza', 'order', { count: 2, dish: 'Pizza' }],
  ['  ORDER  2,\tfour   CHEESE !?', 'order', { count: 2, dish: 'Four Cheese' }],
  ['I want to order 3 salad', 'order', { count: 3, dish: 'salad' }],
  ['bring a glass of water to Ana.', 'order', { what: 'a glass of water', name: 'Ana' }],
  ['please bring soup', 'order', { what: 'soup' }],
  ['¿when are you open?', 'hours', {}],
  ['I want four cheese', 'order', { dish: 'Four Cheese' }],
  ['when\u00a0are you\u3000open', 'hours', {}],
])('"%s" is %s, for sure', async (text, intent, entities) => {
  expect(await read(text)).toEqual([intent, 1, entities])
})

test.each([
  ['order two pizza', 'a count that its schema refuses'],
  ['order 2 hats', 'what is not on the list'],
  ['i want hats', 'what is not on the list, in a regular expression'],
  ['reorder 2 pizza', 'a word within a longer one'],
  ['order 2 pizzas', 'the beginning of a longer word'],
  ['order 2 !', 'nothing'],
  ['bring ?', 'only signs'],
  ['', 'nothing at all'],
])('"%s" means nothing: %s', async (text) => {
  expect(await read(text)).toBeUndefined()
})

test('a part of a text counts for less, the less of it there is', async () => {
  const [, some, entities] = (await read('hello, order 2 pizza')) ?? []
  const [, less] = (await read('hello, could you please order 2 pizza for the whole family')) ?? []
  expect(entities).toEqual({ count: 2, dish: 'Pizza' })
  expect(some).toBeGreaterThan(Number(less))
  expect(some).toBeLessThan(1)
  expect(less).toBeGreaterThan(0.6)
  const [, least] = (await read(`${'so many words '.repeat(20)}when are you open`)) ?? []
  expect(least).toBeLessThan(0.6)
})

test('what is captured at the end of a part goes on to the end of the line', async () => {
  expect(await read('hello, bring a cup of tea.\nthanks')).toMatchObject(
    ['order', {}, { what: 'a cup of tea' }].with(1, expect.any(Number)),
  )
})

test('an entity says where it stands in the text', async () => {
  const { entities } = (await understand(orders, '😀 order 2  four  cheese')) ?? { entities: [] }
  expect(entities.map(({ name, text, start, end }) => [name, text, start, end])).toEqual([
    ['count', '2', 9, 10],
    ['dish', 'four  cheese', 12, 24],
  ])
})

test('of several intents the best comes first', async () => {
  const both = patterns({ intents: { greet: ['hello'], hours: ['hello when are you open'] } })
  const understood = await understand(both, 'Hello when are you open?')
  expect(understood?.intents.map(({ name }) => name)).toEqual(['hours', 'greet'])
})

test('scripts without spaces, and with other apostrophes and compositions, are read too', async () => {
  const recogniser = patterns({
    intents: { order: ['我要{dish}', "j'ai envie d'un {dish}"], other: ['ich möchte {dish}', 'أريد {dish}'] },
    entities: { dish: ['比萨', 'café', 'بيتزا', 'Käse'] },
  })
  expect(await read('我要比萨。', recogniser)).toEqual(['order', 1, { dish: '比萨' }])
  expect(await read('今天我要比萨吧', recogniser)).toMatchObject(['order', expect.any(Number), { dish: '比萨' }])
  expect(await read('J’ai envie d’un cafe\u0301', recogniser)).toEqual(['order', 1, { dish: 'café' }])
  expect(await read('Ich MÖCHTE KÄSE', recogniser)).toEqual(['other', 1, { dish: 'Käse' }])
  expect(await read('أريد بيتزا؟', recogniser)).toEqual(['other', 1, { dish: 'بيتزا' }])
})

describe('refused at once, with where it stands', () => {
  test.each([
    ['look-ahead', /order(?= now)/, "intents.order[0]: /order(?= now)/ can't be matched in linear time"],
    ['look-behind', /(?<!re)order/, "can't be matched in linear time"],
    ['a back reference', /(a)\1/, "can't be matched in linear time"],
    ['a back reference by name', /(?<x>a)\k<x>/, 'it has a back reference'],
    ['a huge count', /((a{100}){100}){100}/, "can't be matched in linear time"],
    ['a sticky expression', /a/y, 'has the flag v or y'],
    ['an open brace', 'order {dish', '{ and }, [ and ] have to come in pairs'],
    ['brackets in brackets', '[a [b]] c', '{ and }, [ and ] have to come in pairs'],
    ['a name that is none', 'order {my dish}', 'have to come in pairs'],
    ['a name with a sign', 'order {my-dish}', 'have to come in pairs'],
    ['nothing', ' ', 'one word at least'],
    ['only what may be missing', '[please]', 'one word at least'],
    ['a name twice', '{dish} and {dish}', 'dish'],
  ])('%s', (_, pattern, message) => {
    expect(() => patterns({ intents: { order: [pattern] } })).toThrow(TypeError)
    expect(() => patterns({ intents: { order: [pattern] } })).toThrow(message)
  })
})

test('the compiler knows what is recognised', () => {
  type Known = IntentsOf<typeof orders>
  expectTypeOf<Known['type']>().toEqualTypeOf<'order' | 'hours'>()
  expectTypeOf<Known['entities']['count']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Known['entities']['dish']>().toEqualTypeOf<'Pizza' | 'Four Cheese' | 'salad' | undefined>()
  expectTypeOf<IntentsOf<Recogniser>>().toEqualTypeOf<Intent>()
})
