import { bot, type Fill, type FillInput, fill, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { german } from '../../src/languages/de.js'
import { english } from '../../src/languages/en.js'
import { FakeServer } from '../support/fake-server.js'

const schema = z.object({
  size: z.enum(['small', 'medium', 'large']),
  count: z.int().min(1).max(20),
  when: z.iso.date().optional(),
  address: z.string().min(5),
  note: z.string().optional(),
})
type Order = z.output<typeof schema>

const order = fill({
  schema,
  ask: { size: 'Which size?', count: 'How many?', address: 'Where to?', note: 'Anything else?' },
  labels: { address: ['place', 'street'] },
  confirm: ({ size, count, address, note }) => `${count} ${size} to ${address}${note ? ` (${note})` : ''}. Right?`,
})

const machineOf = <TOutput>(order: Fill<TOutput>, given?: Partial<TOutput>) =>
  setup({
    types: {} as { input: RunInput; context: object; events: Heard; emitted: Said },
    actors: { order: order as Fill<unknown> },
  }).createMachine({
    id: 'shop',
    context: {},
    initial: 'filling',
    states: {
      filling: {
        invoke: {
          id: 'order',
          src: 'order',
          input: ({ event }) => ({
            message: (event as unknown as { input: RunInput }).input.message,
            ...(given && { given }),
          }),
          onDone: { target: 'done', actions: say(({ event }) => JSON.stringify(event.output)) },
          onError: { target: 'done', actions: say('I give up.') },
        },
      },
      done: {},
    },
  })

const talk = (texts: readonly string[], given?: Partial<Order>, locale = 'en') =>
  talkWith(order, texts, { given, locale })

/** What is said, in few words; the bot is another process for each text. */
async function talkWith<TOutput>(
  filled: Fill<TOutput>,
  texts: readonly string[],
  { given, locale = 'en' }: { given?: Partial<TOutput> | undefined; locale?: string } = {},
) {
  const machine = machineOf(filled, given)
  const server = new FakeServer(bot({ id: 'shop', version: 1, machine, locale, timeZone: 'Europe/Vienna' }))
  for (const text of texts) {
    await server.restart()
    await server.says(text)
  }
  expect(server.failures).toEqual([])
  return server.said.map((said) => (said.startsWith('choices ') ? JSON.parse(said.slice(8)).text : said))
}
const full = ['Which size?', 'How many?', 'Where to?', 'Anything else?']

test('it is confirmed in the language of who speaks', async () => {
  const given = { size: 'large', count: 2, address: 'Hill Road 12', note: 'ring twice' } as const
  expect(await talk(['hallo', 'nein', '3', 'ja, bitte'], given, 'de')).toEqual([
    '2 large to Hill Road 12 (ring twice). Right?',
    german.phrases.whatToChange,
    '3 large to Hill Road 12 (ring twice). Right?',
    '{"size":"large","count":3,"address":"Hill Road 12","note":"ring twice"}',
  ])
})

test('a whole object is asked for, field by field, and confirmed', async () => {
  expect(await talk(['hi', 'large', 'a dozen', '12 Hill Road', 'skip', 'yes'])).toEqual([
    ...full,
    '12 large to 12 Hill Road. Right?',
    '{"size":"large","count":12,"address":"12 Hill Road"}',
  ])
})

describe('nothing is asked for that is known:', () => {
  test('what the first message says', async () => {
    expect(await talk(['two large ones', '12 Hill Road'])).toEqual(['Where to?', 'Anything else?'])
  })

  test('what is said along with an answer, though it was not asked for', async () => {
    expect(await talk(['hi', 'three small ones, please, tomorrow', '12 Hill Road', 'skip', 'yes'])).toEqual([
      ...['Which size?', 'Where to?', 'Anything else?', '3 small to 12 Hill Road. Right?'],
      '{"size":"small","count":3,"when":"1970-01-02","address":"12 Hill Road"}',
    ])
  })

  test('what is said along with one of a list in the plural, or with a slip', async () => {
    const dish = fill({
      schema: z.object({ dish: z.enum(['pizza', 'salad']), count: z.int() }),
      ask: { dish: 'What?', count: 'How many?' },
    })
    expect(await talkWith(dish, ['two pizzas'])).toEqual(['{"dish":"pizza","count":2}'])
    expect(await talkWith(dish, ['hi', 'three sallad'])).toEqual(['What?', '{"dish":"salad","count":3}'])
  })

  describe('that there is one', () => {
    const dish = fill({
      schema: z.object({
        dish: z.enum(['pizza', 'salad']),
        count: z.int(),
        size: z.enum(['small', 'large']).optional(),
        address: z.string().optional(),
      }),
      ask: { dish: 'What?', count: 'How many?' },
      find: { address: (text) => /\bto (.+)/.exec(text)?.[1] },
    })

    test.each([
      [['a salad'], '{"dish":"salad","count":1}'],
      [['hi', 'A large pizza, please'], '{"dish":"pizza","count":1,"size":"large"}'],
      [['pizza', 'just one small one'], '{"dish":"pizza","count":1,"size":"small"}'],
      [['a question', 'one salad'], '{"dish":"salad","count":1}'],
    ])('%j', async (texts, output) => {
      expect((await talkWith(dish, texts)).at(-1)).toBe(output)
    })

    test.each([[['a question about pizza']], [['pizza to a small house']], [['a few salads']]])(
      'or not: %j',
      async (texts) => {
        expect(await talkWith(dish, texts)).toEqual(['How many?'])
      },
    )

    test('in another language', async () => {
      const size = fill({
        schema: z.object({ size: z.enum(['klein', 'groß']), count: z.int() }),
        ask: { size: 'Welche?', count: 'Wie viele?' },
      })
      expect(await talkWith(size, ['eine klein'], { locale: 'de' })).toEqual(['{"size":"klein","count":1}'])
    })

    test('of two things that are counted, of neither', async () => {
      const stay = fill({
        schema: z.object({ kind: z.enum(['room', 'tent']), nights: z.int(), guests: z.int() }),
        ask: { kind: 'What?', nights: 'Nights?', guests: 'Guests?' },
      })
      expect(await talkWith(stay, ['a room'])).toEqual(['Nights?'])
    })
  })

  test('what is said of another field instead of an answer', async () => {
    expect(await talk(['hi', 'seven', 'large', '12 Hill Road'])).toEqual([
      ...['Which size?', 'Which size?', 'Where to?', 'Anything else?'],
    ])
  })

  test('what was given', async () => {
    expect(await talk(['hi', 'large'], { count: 4, address: '1 Long Lane', note: 'none' })).toEqual([
      ...['Which size?', '4 large to 1 Long Lane (none). Right?'],
    ])
  })
})

describe('an answer that does not fit', () => {
  test('is told what would be right, and asked for again', async () => {
    expect((await talk(['hi', 'gigantic', 'large', '21', 'x', '5', 'here'])).slice(1)).toEqual([
      ...['"gigantic" is not one of small, medium, or large.', 'Which size?'],
      ...['How many?', '"21" is not a whole number from 1 to 20.', 'How many?'],
      ...['"x" is not a whole number from 1 to 20.', 'How many?'],
      ...['Where to?', '"here" is not a text of at least 5 characters.', 'Where to?'],
    ])
  })

  test('is given up after too many', async () => {
    expect((await talk(['hi', 'a', 'b', 'c', 'd'])).at(-1)).toBe('I give up.')
  })

  test('may not be skipped where it is needed', async () => {
    expect(await talk(['hi', 'skip'])).toEqual(['Which size?', 'I need an answer to this one.', 'Which size?'])
  })
})

describe('what was told is corrected', () => {
  const told = ['hi', 'large', '3', '12 Hill Road', 'no onions']
  const asked = [...full, '3 large to 12 Hill Road (no onions). Right?']

  test.each([
    ['by name, with the right one', ['change the size to small'], ['3 small to 12 Hill Road (no onions). Right?']],
    [
      'by another name, and asked for',
      ['change the place', '9 Low Lane'],
      ['Where to?', '3 large to 9 Low Lane (no onions). Right?'],
    ],
    ['without a name: the last one', ['no, make that ham'], ['3 large to 12 Hill Road (ham). Right?']],
    [
      'after a no',
      ['no', 'the count', '4'],
      ['What should I change?', 'How many?', '4 large to 12 Hill Road (no onions). Right?'],
    ],
    [
      'after a no, with the right one',
      ['no', 'small'],
      ['What should I change?', '3 small to 12 Hill Road (no onions). Right?'],
    ],
    ['instead of a yes', ['medium'], ['3 medium to 12 Hill Road (no onions). Right?']],
    [
      'with what does not fit',
      ['change the count to 99', '9'],
      ['"99" is not a whole number from 1 to 20.', 'How many?', '9 large to 12 Hill Road (no onions). Right?'],
    ],
  ])('%s', async (_, texts, said) => {
    const all = await talk([...told, ...texts])
    expect(all.slice(0, 5)).toEqual(asked)
    expect(all.slice(5, 5 + said.length)).toEqual(said)
  })

  test('though all of it was in the first message', async () => {
    const sure = fill({
      schema: z.object({ size: z.enum(['small', 'large']), count: z.int() }),
      ask: { size: 'Which size?', count: 'How many?' },
      confirm: ({ size, count }) => `${count} ${size}?`,
    })
    expect(await talkWith(sure, ['two large ones', 'no, make that three', 'no, make that small'])).toEqual([
      ...['2 large?', '3 large?', '3 small?'],
    ])
  })

  test('while another field is asked for', async () => {
    expect(await talk(['hi', 'large', 'change the size', 'small', '2'])).toEqual([
      ...['Which size?', 'How many?', 'Which size?', 'How many?', 'Where to?'],
    ])
  })
})

describe('a form whose fields have the names of the object', () => {
  const sends = async (values: unknown, ...texts: readonly string[]) => {
    const server = new FakeServer(bot({ id: 'shop', version: 1, machine: machineOf(order) }))
    for (const text of texts) await server.says(text)
    const payload = JSON.stringify({ id: 'order', value: values })
    await server.says(payload, { type: 'action', contentType: 'application/json' })
    expect(server.failures).toEqual([])
    return server.said.slice(texts.length)
  }

  test('answers all of its questions at once', async () => {
    const values = { size: 'large', count: 12, when: '2026-02-03', address: '12 Hill Road', note: 'ring' }
    expect(await sends(values, 'hi')).toEqual(['12 large to 12 Hill Road (ring). Right?'])
  })

  test('leaves what is empty as it was, and the rest to be asked for', async () => {
    expect(await sends({ count: 3, address: '', note: null }, 'large')).toEqual(['Where to?'])
  })

  test('changes what was told, also when all is there', async () => {
    const told = ['2 large ones', '12 Hill Road', 'skip']
    expect(await sends({ count: 5 }, ...told)).toEqual(['5 large to 12 Hill Road. Right?'])
  })

  test('is told what does not fit in it, and asked for that again', async () => {
    expect(await sends({ size: 'large', count: 99, address: '12 Hill Road' }, 'hi')).toEqual([
      ...['"99" is not a whole number from 1 to 20.', 'How many?'],
    ])
  })

  test.each<[unknown]>([[{ colour: 'red' }], ['tiny'], [['large']], [{ toString: 1 }]])('is not %j', async (values) => {
    expect((await sends(values, 'hi')).at(-1)).toMatch(/Which size/)
  })
})

describe('checks on the object as a whole', () => {
  const stay = z
    .object({ guests: z.int().min(1), rooms: z.int().min(1), note: z.string().optional() })
    .refine(({ guests, rooms }) => rooms <= guests, { message: 'A room needs a guest.', path: ['rooms'] })
    .refine(({ note }) => note !== 'none', 'We need a note, or nothing.')
  const ask = { guests: 'How many guests?', rooms: 'How many rooms?' }

  test('are made when all is there: their message is said, and the fields that they name are asked for again', async () => {
    const booking = fill({ schema: stay, ask, confirm: ({ guests, rooms }) => `${rooms} for ${guests}?` })
    expect(await talkWith(booking, ['hi', '2', '3', '2', 'yes'])).toEqual([
      ...['How many guests?', 'How many rooms?', 'A room needs a guest.', 'How many rooms?', '2 for 2?'],
      '{"guests":2,"rooms":2}',
    ])
  })

  test('are made of what was corrected, too', async () => {
    const booking = fill({ schema: stay, ask, confirm: ({ guests, rooms }) => `${rooms} for ${guests}?` })
    expect(await talkWith(booking, ['hi', '4', '3', 'change the guests to 2', '1', 'yes'])).toEqual([
      ...['How many guests?', 'How many rooms?', '3 for 4?', 'A room needs a guest.', 'How many rooms?', '1 for 2?'],
      '{"guests":2,"rooms":1}',
    ])
  })

  test('that name no field have people say what to change', async () => {
    const booking = fill({ schema: stay, ask: { ...ask, note: 'A note?' } })
    expect(await talkWith(booking, ['hi', '2', '1', 'none', 'the note', 'late'])).toEqual([
      ...['How many guests?', 'How many rooms?', 'A note?', 'We need a note, or nothing.'],
      ...[english.phrases.whatToChange, 'A note?', '{"guests":2,"rooms":1,"note":"late"}'],
    ])
  })

  test('leave out what they name where there is no question for it', async () => {
    const booking = fill({
      schema: z
        .object({ guests: z.int(), dog: z.enum(['dog']).optional() })
        .refine(({ dog }) => dog === undefined, { message: 'No dogs.', path: ['dog'] }),
      ask: { guests: 'How many guests?' },
      confirm: ({ guests, dog = 'no dog' }) => `${guests}, ${dog}?`,
    })
    expect(await talkWith(booking, ['two and a dog'])).toEqual(['No dogs.', '2, no dog?'])
  })

  test('that fail too often give up', async () => {
    const booking = fill({ schema: stay, ask, retry: { max: 1 } })
    expect((await talkWith(booking, ['hi', '2', '3', '4'])).at(-1)).toBe('I give up.')
  })
})

describe('who asked waits', () => {
  const patient = fill({
    schema: z.object({ count: z.int(), address: z.string().min(5) }),
    ask: { count: 'How many?', address: 'Where to?' },
    help: { count: 'A number, please.' },
    reminder: { after: 600_000, say: 'Still there?' },
    timeout: 3_600_000,
    confirm: ({ count, address }) => `${count} to ${address}?`,
  })

  test('as long as it says for each answer, reminds once, and gives up', async () => {
    const server = new FakeServer(bot({ id: 'shop', version: 1, machine: machineOf(patient) }))
    await server.says('hi')
    await server.wait(599_999)
    await server.says('repeat')
    await server.wait(600_000)
    await server.says('2')
    await server.restart()
    await server.wait(3_599_999)
    expect(server.said).toEqual(['How many?', 'How many?', 'Still there?', 'Where to?', 'Still there?'])
    await server.wait(1)
    expect(server.said.at(-1)).toBe('I give up.')
    expect(server.timers).toEqual([])
  })

  test('for a yes, too', async () => {
    const server = new FakeServer(bot({ id: 'shop', version: 1, machine: machineOf(patient) }))
    for (const text of ['hi', '2', '12 Hill Road']) await server.says(text)
    await server.wait(3_600_000)
    expect(server.said.slice(2)).toEqual(['2 to 12 Hill Road?', 'Still there?', 'I give up.'])
  })

  test('and helps with the field that is open, before its question comes again', async () => {
    expect(await talkWith(patient, ['hi', 'help', '2', 'help'])).toEqual([
      ...['How many?', 'A number, please.', 'How many?', 'Where to?', english.phrases.help, 'Where to?'],
    ])
  })
})

describe('a field that may be any text', () => {
  const delivery = fill({
    schema: z.object({ count: z.int(), address: z.string().min(5) }),
    ask: { count: 'How many?', address: 'Where to?' },
    find: { address: (text) => /\bto (.+)/i.exec(text)?.[1] },
  })

  test('is found where the author says', async () => {
    expect(await talkWith(delivery, ['two to 12 Hill Road'])).toEqual(['{"count":2,"address":"12 Hill Road"}'])
    expect(await talkWith(delivery, ['hi', '3 to 12 Hill Road'])).toEqual([
      ...['How many?', '{"count":3,"address":"12 Hill Road"}'],
    ])
  })

  test.each([
    ['to 12 Hill Road', '12 Hill Road'],
    ['please bring it to 12 Hill Road', '12 Hill Road'],
    ['12 Hill Road', '12 Hill Road'],
    // What is found does not fit: all of it is meant.
    ['the way to go', 'the way to go'],
  ])('is found there, too, where it is asked for: %s', async (answer, address) => {
    expect(await talkWith(delivery, ['two', answer])).toEqual(['Where to?', JSON.stringify({ count: 2, address })])
  })

  test.each(['12 Hill Road', 'Hauptstrasse 12'])(
    'keeps what lies in it from being an answer to another question: %s',
    async (address) => {
      expect(await talkWith(delivery, ['hi', `to ${address}`, 'two'])).toEqual([
        ...['How many?', 'How many?', JSON.stringify({ count: 2, address })],
      ])
    },
  )

  test('is asked for where what was found does not fit', async () => {
    expect(await talkWith(delivery, ['two to go'])).toEqual(['Where to?'])
  })

  test('is not taken for what "make that three" means, though it was told last', async () => {
    const confirmed = fill({
      schema: z.object({ count: z.int(), address: z.string().min(5) }),
      ask: { count: 'How many?', address: 'Where to?' },
      confirm: ({ count, address }) => `${count} to ${address}?`,
    })
    expect(await talkWith(confirmed, ['hi', 'two', '12 Hill Road', 'no, make that three'])).toEqual([
      ...['How many?', 'Where to?', '2 to 12 Hill Road?', '3 to 12 Hill Road?'],
    ])
  })
})

test('the output has the type of the schema, and every required field needs a question', () => {
  expectTypeOf(order).toEqualTypeOf<Fill<Order>>()
  expectTypeOf<FillInput<Order>['given']>().toEqualTypeOf<Partial<Order> | undefined>()
  // @ts-expect-error there is no question for the count
  expect(() => fill({ schema: z.object({ count: z.int() }), ask: {} })).toThrow('"count" has to be asked for')
  expect(() => fill({ schema: z.object({ born: z.date() }), ask: { born: 'When?' } })).toThrow('fill: "born":')
})

describe('a message that is one of the options of another field', () => {
  const pizzeria = fill({
    schema: z.object({
      size: z.enum(['small', 'large']),
      dish: z.enum(['large pizza', 'pizza', 'salad']),
      extra: z.enum(['cheese', 'pizza bread']).optional(),
    }),
    ask: { size: 'What size?', dish: 'Which dish?' },
  })
  const answered = async (...texts: string[]) => (await talkWith(pizzeria, texts)).slice(1)

  test('is that of this field, and answers no question with a part of it', async () => {
    expect(await answered('hi', 'large pizza', 'small')).toEqual([
      'What size?',
      '{"size":"small","dish":"large pizza"}',
    ])
    expect(await answered('hi', 'Large  pizza!', 'small')).toEqual([
      ...['What size?', '{"size":"small","dish":"large pizza"}'],
    ])
    expect(await answered('hi', 'a large pizza, please', 'small')).toEqual([
      ...['What size?', '{"size":"small","dish":"large pizza"}'],
    ])
  })

  test('is so though that field was filled in already', async () => {
    expect(await answered('salad', 'large pizza', 'small')).toEqual([
      'What size?',
      '{"size":"small","dish":"large pizza"}',
    ])
  })

  test('and what was said before, said again, is no answer', async () => {
    expect(await answered('large pizza', 'large pizza', 'small')).toEqual([
      ...['"large pizza" is not one of small or large.', 'What size?', '{"size":"small","dish":"large pizza"}'],
    ])
  })
})
