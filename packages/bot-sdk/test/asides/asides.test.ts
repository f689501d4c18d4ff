import { ask, type BotOptions, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'

/** Offers nothing by itself. */
const Size = z
  .string()
  .regex(/\b(small|large)$/)
  .transform((text) => text.replace(/.* /, ''))

interface Order {
  size?: string
  count?: number
}

/** Asks for a size and a number; turns aside by what is built in, but for corrections, which take one line. */
const machine = setup({
  types: {} as { context: Order; events: Heard<{ type: 'wave' }>; emitted: Said; output: Order },
  actors: {
    size: ask({ say: 'Which size?', schema: Size }),
    count: ask({ say: 'How many?', schema: z.coerce.number().int() }),
    sure: ask({ say: 'Sure, or cancel?', schema: z.string(), choices: ['sure', 'cancel'] }),
    work: fromPromise(() => new Promise<void>(() => {})),
  },
}).createMachine({
  id: 'order',
  context: {},
  entry: say('Welcome.'),
  initial: 'next',
  output: ({ context }) => context,
  on: {
    correct: { target: '.next', actions: assign(({ event }) => ({ [event.slot]: undefined })) },
    wave: '.working',
  },
  states: {
    next: {
      always: [
        { guard: ({ context }) => context.size === undefined, target: 'size' },
        { guard: ({ context }) => context.count === undefined, target: 'count' },
        { target: 'sure' },
      ],
    },
    size: {
      invoke: {
        id: 'size',
        src: 'size',
        onDone: { target: 'next', actions: assign({ size: ({ event }) => event.output }) },
      },
    },
    count: {
      invoke: {
        id: 'count',
        src: 'count',
        onDone: { target: 'next', actions: assign({ count: ({ event }) => event.output }) },
      },
    },
    sure: { invoke: { id: 'sure', src: 'sure', onDone: 'done' } },
    working: { invoke: { id: 'work', src: 'work' } },
    done: { type: 'final', entry: say(({ context }) => `${context.count} ${context.size}.`) },
  },
})

const sureAsked = 'choices {"text":"Sure, or cancel?","choices":[{"label":"sure"},{"label":"cancel"}]}'

type Options = Partial<BotOptions<typeof machine>>
const scene = (options: Options = {}) => new FakeServer(bot({ id: 'shop', version: 1, machine, ...options }))

/** What is said to each of `texts`, the last of the bot's messages only; the bot is another process each time. */
async function talk(texts: readonly string[], options: Options & { locale?: string } = {}) {
  const server = scene(options)
  for (const text of texts) {
    await server.restart()
    await server.says(text)
  }
  return server
}

describe('at an open question', () => {
  test('help says what can be done, and asks again', async () => {
    const { said } = await talk(['hi', 'Help!'])
    expect(said.slice(2)).toEqual(['Answer what I ask, or say "repeat", "start over" or "cancel".', 'Which size?'])
  })

  test('repeat asks again', async () => {
    const { said } = await talk(['hi', 'large', ' What was the question? '])
    expect(said.slice(2)).toEqual(['How many?', 'How many?'])
  })

  test('cancel ends the run, and the next message begins another', async () => {
    const server = await talk(['hi', 'large', 'never mind'])
    expect([server.said.slice(3), server.state, server.public]).toEqual([
      ['Cancelled.'],
      null,
      { value: null, tags: [], accepts: ['message'] },
    ])
    await server.says('hello again')
    expect(server.said.slice(4)).toEqual(['Welcome.', 'Which size?'])
  })

  test('start over begins anew, with nothing known', async () => {
    const { said } = await talk(['hi', 'large', 'start over', 'small', '2', 'sure'])
    expect(said.slice(3)).toEqual(['Welcome.', 'Which size?', 'How many?', sureAsked, '2 small.', expect.anything()])
  })

  test('skip is refused where an answer is needed', async () => {
    const { said } = await talk(['hi', 'skip'])
    expect(said.slice(2)).toEqual(['I need an answer to this one.', 'Which size?'])
  })

  test('what the question offers is an answer, though it is a word for turning aside', async () => {
    const { said } = await talk(['hi', 'large', '3', 'Cancel'])
    expect(said.slice(4, 5)).toEqual(['3 large.'])
  })
})

describe('an earlier answer is corrected', () => {
  test.each([
    ['by its name, and asked for anew', ['change the size', 'small'], ['Which size?', sureAsked]],
    ['by its name, with the right one', ['change the size to small'], ['Which size?', sureAsked]],
    ['the last one, without a name', ['no, make that 4'], ['How many?', sureAsked]],
    [
      'the last one, with one that does not fit',
      ['no, make that blue', '5'],
      ['How many?', '"blue" is not a whole number. How many?', sureAsked],
    ],
  ])('%s', async (_, texts, said) => {
    const server = await talk(['hi', 'large', '3', ...texts])
    expect(server.said.slice(4)).toEqual(said)
  })

  test('and all of it counts in the end', async () => {
    const { said } = await talk([
      'hi',
      'large',
      '3',
      'no, make that 4',
      'Change my size to small.',
      'change the count to 7',
      'sure',
    ])
    expect(said.at(-2)).toBe('7 small.')
  })

  test('but what is no correction is an answer', async () => {
    const { said } = await talk(['hi', 'change the weather', 'make that large'])
    expect(said.slice(2)).toEqual(['Which size?', 'How many?'])
  })
})

describe('while the machine is at work', () => {
  const recognise = (text: string) => (text === 'o/' ? ({ type: 'wave' } as const) : undefined)

  test.each([
    ['cancel ends it', 'cancel', ['Cancelled.'], null],
    ['start over begins anew', 'start over', ['Welcome.', 'Which size?'], expect.anything()],
  ])('%s at once', async (_, text, said, state) => {
    const server = scene({ recognise })
    await server.says('hi')
    server.write('o/')
    server.write(text)
    await server.rest()
    expect([server.said.slice(2), server.state]).toEqual([said, state])
  })
})

describe('words', () => {
  const german = { properties: [['locale', 'de-CH']] as [string, string][] }

  test('are those of who speaks, also of an author who brings a language along', async () => {
    const languages = { nl: { asides: { cancel: ['annuleren'] }, phrases: { cancelled: 'Geannuleerd.' } } }
    const server = scene({ languages })
    await server.says('hallo', german)
    await server.says('Noch mal!')
    await server.says('abbrechen')
    expect(server.said.slice(1)).toEqual(['Which size?', 'Which size?', 'Abgebrochen.'])
    await server.says('hoi', { properties: [['locale', 'nl']] })
    await server.says('annuleren')
    expect(server.said.at(-1)).toBe('Geannuleerd.')
  })

  test('of what is switched off are plain messages', async () => {
    const { said } = await talk(['hi', 'cancel', 'help'], { asides: { cancel: false, help: false } })
    expect(said.slice(2)).toEqual(['Which size?', 'Which size?'])
  })

  test('of slashes work in every language', async () => {
    const { said } = await talk(['hi', '/repeat', '/cancel'], { locale: 'de' })
    expect(said.slice(2)).toEqual(['Which size?', 'Abgebrochen.'])
  })

  test.each([
    ['very long', 'no, make that '.repeat(20_000)],
    ['all of emoji', '🙃'.repeat(50_000)],
    ['right to left', 'لا، '.repeat(10_000)],
    ['zero-width', 'change the \u200b\u200d\ufeff'.repeat(100)],
    ['control', 'make that \u0000\u0007'],
  ])('are not found where a text is %s, and nothing breaks', async (_, text) => {
    const { said, failures } = await talk(['hi', text])
    expect([said.slice(2), failures]).toEqual([['Which size?'], []])
  })
})
