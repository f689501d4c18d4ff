import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { classifier, examplesFrom, type IntentsOf, type Recogniser } from '@daakia/bot-sdk'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { understand } from '../support/understand.js'

const examples = {
  order: [
    'i want a {dish}',
    'order two {dish}',
    'can i get a large {dish} please',
    'i would like to order food',
    'a {dish} for me',
    'bring me something to eat',
  ],
  hours: [
    'when are you open',
    'what are your opening hours',
    'are you open on sunday',
    'until when can i come',
    'when do you close',
  ],
  human: [
    'i want to talk to a human',
    'let me speak with somebody',
    'is there a real person',
    'connect me to an agent',
  ],
  öffnung: ['wann habt ihr geöffnet', 'bis wann habt ihr offen', 'wann macht ihr zu'],
  場所: ['お店はどこですか', '住所を教えてください', '場所はどこ'],
} as const
const shop = classifier({ examples, entities: { dish: ['pizza', 'Caesar salad', 'soup'] } })

const best = async (text: string, recogniser: Recogniser = shop) =>
  (await understand(recogniser, text))?.intents[0] ?? { name: '', score: 0 }

test.each([
  ['i want two pizza', 'order'],
  ['Could I get a SOUP?', 'order'],
  ['what time do you open', 'hours'],
  ['are you open tomorrow', 'hours'],
  ['i want to talk to a person', 'human'],
  ['Wann habt ihr GEÖFFNET?', 'öffnung'],
  ['wann habt ihr geo\u0308ffnet', 'öffnung'],
  ['お店の場所はどこですか', '場所'],
])('"%s" is like the examples of %s', async (text, intent) => {
  const { name, score } = await best(text)
  expect(name).toBe(intent)
  expect(score).toBeGreaterThanOrEqual(0.6)
  expect(score).toBeLessThanOrEqual(1)
})

test('each example is known, nearly for sure', async () => {
  for (const [name, texts] of Object.entries(examples))
    for (const text of texts) {
      const known = await best(text.replace('{dish}', 'caesar salad'))
      expect([text, known.name]).toEqual([text, name])
      expect(known.score).toBeGreaterThan(0.75)
    }
})

test.each([
  'the weather is nice today',
  'my dog has fleas',
  'who won the match yesterday',
  'what is the capital of france',
  'play some music',
  'thanks a lot',
  'der Hund ist krank',
  '今日はいい天気',
  'lorem ipsum dolor sit amet',
])('"%s" is like none', async (text) => {
  expect((await best(text)).score).toBeLessThan(0.6)
})

test.each(['xylophone', '🍕🍕🍕', '…!', '', 'шахматы'])(
  '"%s" has nothing in common with any, and scores nothing',
  async (text) => {
    expect(await understand(shop, text)).toBeUndefined()
  },
)

test('entities are found wherever they are named', async () => {
  const { entities } = (await understand(shop, 'soup, 2 CAESAR  salad and pizzas')) ?? {}
  expect(entities).toEqual([
    { name: 'dish', value: 'soup', text: 'soup', start: 0, end: 4, score: 1 },
    { name: 'dish', value: 'Caesar salad', text: 'CAESAR  salad', start: 8, end: 21, score: 1 },
  ])
})

test('a text is not like the one intent there is, only because there is no other', async () => {
  const one = classifier({ examples: { hours: examples.hours } })
  expect((await best('are you open', one)).score).toBeGreaterThan(0.6)
  expect((await best('you like the weather today', one)).score).toBeLessThan(0.6)
})

test('the same examples give the same scores', async () => {
  const again = classifier({ examples, entities: { dish: ['pizza', 'Caesar salad', 'soup'] } })
  for (const text of ['i want soup', 'when', 'talk'])
    expect(await understand(again, text)).toEqual(await understand(shop, text))
})

test('intents and words may be called what JavaScript calls its own', async () => {
  const odd = classifier({ examples: { constructor: ['__proto__ constructor'], toString: ['valueOf hasOwnProperty'] } })
  expect(await best('__proto__ constructor', odd)).toMatchObject({ name: 'constructor' })
  expect(await best('hasownproperty', odd)).toMatchObject({ name: 'toString' })
})

test('only the beginning of a long text counts', async () => {
  const text = `when are you open ${'. '.repeat(2_000)}`
  expect(await best(`${text}i want soup`)).toEqual(await best(text))
})

test.each([
  ['no intents', {}, 'examples: give one intent at least'],
  ['an intent without examples', { order: [] }, 'examples.order: give one example at least'],
  ['an entity that is not there', { order: ['i want {hats}'] }, '"i want {hats}" names {hats}, which is not among'],
])('%s is refused', (_, examples, message) => {
  expect(() => classifier({ examples: examples as Record<string, string[]> })).toThrow(message)
})

describe('examples from a folder', () => {
  const folder = (files: Record<string, string>): string => {
    const path = mkdtempSync(join(tmpdir(), 'intents-'))
    onTestFinished(() => rmSync(path, { recursive: true }))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
    return path
  }

  test('are read line by line, a file for each intent', () => {
    const path = folder({
      'order.txt': '# ordering\ni want a pizza\r\n\n  order  \n',
      'hours.txt': 'when',
      'notes.md': 'x',
    })
    expect(examplesFrom(pathToFileURL(`${path}/`))).toEqual({ hours: ['when'], order: ['i want a pizza', 'order'] })
    expect(examplesFrom(path)).toEqual(examplesFrom(pathToFileURL(path)))
  })

  test('have to be there', () => {
    expect(() => examplesFrom(folder({ 'notes.md': 'x' }))).toThrow('has no text files, such as order.txt')
  })
})

test('the compiler knows what is recognised', () => {
  expectTypeOf<IntentsOf<typeof shop>['type']>().toEqualTypeOf<keyof typeof examples>()
  expectTypeOf<IntentsOf<typeof shop>['entities']['dish']>().toEqualTypeOf<
    'pizza' | 'Caesar salad' | 'soup' | undefined
  >()
})
