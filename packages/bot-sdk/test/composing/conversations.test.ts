import { ask, bot, conversations, type Heard, type Hide, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'

const types = {} as { input: RunInput; context: object; events: Heard; emitted: Said }

/** Asks for a number, reminds of it after a minute, and takes one intent for itself. */
const order = setup({
  types: {} as Omit<typeof types, 'events'> & { events: Heard<{ type: 'weather' }>; output: number },
  actors: { count: ask({ say: 'How many?', schema: z.coerce.number().int() }) },
  delays: { reminder: 60_000 },
}).createMachine({
  id: 'order',
  context: {},
  entry: say('Welcome.'),
  initial: 'asking',
  output: 7,
  on: { weather: { actions: say('Sunny: order ice cream.') } },
  states: {
    asking: {
      after: { reminder: { actions: say('Still there?') } },
      invoke: {
        id: 'count',
        src: 'count',
        onDone: { target: 'done', actions: say(({ event }) => `${event.output} it is.`) },
      },
    },
    done: { type: 'final' },
  },
})

const hours = setup({
  types,
  actors: { day: ask({ say: 'Which day?', schema: z.string() }), look: fromPromise(async () => 'From 9 to 5.') },
}).createMachine({
  id: 'hours',
  context: {},
  initial: 'asking',
  states: {
    asking: { invoke: { id: 'day', src: 'day', onDone: 'looking' } },
    looking: {
      invoke: { id: 'look', src: 'look', onDone: { target: 'told', actions: say(({ event }) => event.output) } },
    },
    told: { type: 'final' },
  },
})

const weather = setup({ types }).createMachine({
  id: 'weather',
  context: {},
  initial: 'told',
  states: { told: { type: 'final', entry: say('Rain.') } },
})

const machine = conversations({
  id: 'desk',
  conversations: {
    order: { machine: order, on: ['order'] },
    hours: { machine: hours, on: ['hours'] },
    weather: { machine: weather, on: ['weather'] },
  },
  otherwise: 'order',
})

const intents = ['order', 'hours', 'weather'] as const
const desk = bot({
  id: 'desk',
  version: 1,
  machine,
  recognise: (text) => {
    const type = intents.find((intent) => text.includes(intent))
    return type && { type }
  },
})

/** What is said to each of the texts, by a bot that is another process each time. */
async function talk(...texts: string[]) {
  const server = new FakeServer(desk)
  for (const text of texts) {
    await server.restart()
    await server.says(text)
  }
  return server
}

describe('what members see', () => {
  const shop = setup({ types }).createMachine({
    id: 'shop',
    context: {},
    initial: 'open',
    states: { open: { tags: ['choose'], initial: 'browsing', states: { browsing: { tags: ['watched'] } } } },
  })
  const held = conversations({
    id: 'mall',
    conversations: { shop: { machine: shop, on: [] }, hours: { machine: hours, on: ['hours'] } },
    otherwise: 'shop',
  })
  const mall = (hide?: Hide) =>
    bot({
      id: 'mall',
      version: 1,
      machine: held,
      recognise: (text) => (text === 'hours' ? { type: 'hours' } : undefined),
      ...(hide && { hide }),
    })
  const seen = async (hide: Hide | undefined, ...texts: string[]) => {
    const server = new FakeServer(mall(hide))
    for (const text of texts) await server.says(text)
    return server.public
  }

  test('is where the open conversation stands, by its name', async () => {
    expect(await seen(undefined, 'hi')).toMatchObject({
      value: { talking: { shop: { open: 'browsing' } } },
      tags: ['choose', 'watched'],
    })
    expect(await seen(undefined, 'hi', 'hours')).toMatchObject({ value: { talking: { hours: 'asking' } }, tags: [] })
    expect(await seen(undefined, 'hi', 'hours', 'monday')).toMatchObject({ tags: ['choose', 'watched'] })
  })

  test('is less where it is hidden', async () => {
    expect(await seen({ states: ['talking.shop.open'], tags: ['watched'] }, 'hi')).toMatchObject({
      value: { talking: { shop: 'open' } },
      tags: ['choose'],
    })
    expect((await seen({ states: ['talking'] }, 'hi'))?.value).toBe('talking')
    expect(() => mall({ states: ['talking.shop.closed'] })).toThrow('"talking.shop.closed" is nowhere')
    expect(() => mall({ tags: ['secret'] })).toThrow('"secret" is nowhere')
  })
})

describe('in the midst of a conversation', () => {
  test('another one begins, and when it is over, the open question is asked again', async () => {
    const { said, state } = await talk('hi', 'what hours?', 'monday', '3')
    expect(said).toEqual([
      ...['Welcome.', 'How many?'],
      'Which day?',
      ...['From 9 to 5.', 'How many?'],
      ...['3 it is.', 'event {"name":"done","output":{"conversation":"order","output":7}}'],
    ])
    expect(state).toBeNull()
  })

  test('one that has an answer at once is come back from at once', async () => {
    const { said } = await talk('hi', 'what hours?', 'the weather, please', 'monday')
    // The weather is the order's own matter, so long as that is open.
    expect(said.slice(2)).toEqual(['Which day?', 'Sunny: order ice cream.', 'From 9 to 5.', 'How many?'])
  })

  test('cancel leads back from the one that was switched to, and ends the first', async () => {
    const server = await talk('hi', 'what hours?', 'cancel')
    expect(server.said.slice(3)).toEqual(['Cancelled.', 'How many?'])
    await server.says('cancel')
    expect([server.said.slice(5), server.state]).toEqual([['Cancelled.'], null])
  })

  test('the one that waits keeps its timers', async () => {
    const server = await talk('hi', 'what hours?')
    await server.restart()
    await server.wait(60_000)
    expect(server.said.slice(3)).toEqual(['Still there?'])
    await server.says('monday')
    expect(server.said.slice(4)).toEqual(['From 9 to 5.', 'How many?'])
  })

  test('what begins one that is open already is no switch', async () => {
    const { said } = await talk('hi', 'my order')
    expect(said.slice(2)).toEqual(['"my order" is not a whole number. How many?'])
  })

  test('what is begun in an open question is told the message', async () => {
    const echo = setup({ types }).createMachine({
      id: 'echo',
      context: {},
      initial: 'told',
      states: { told: { type: 'final', entry: say(({ event }) => heardIn(event)) } },
    })
    const heardIn = (event: object) => (event as { input: RunInput }).input.message.text
    const held = conversations({
      id: 'held',
      conversations: { order: { machine: order, on: [] }, echo: { machine: echo, on: ['echo'] } },
      otherwise: 'order',
    })
    const recognise = (text: string) => (text.startsWith('echo') ? ({ type: 'echo' } as const) : undefined)
    const server = new FakeServer(bot({ id: 'held', version: 1, machine: held, recognise }))
    await server.says('hi')
    await server.says('echo this')
    expect(server.said.slice(2)).toEqual(['echo this', 'How many?'])
  })
})

test('intents begin conversations, and tell them what was understood', async () => {
  const told = setup({ types }).createMachine({
    id: 'told',
    context: {},
    initial: 'told',
    states: { told: { type: 'final', entry: say(({ event }) => JSON.stringify(understoodIn(event))) } },
  })
  const understoodIn = (event: object) => (event as { input: RunInput }).input.understood?.entities
  const held = conversations({
    id: 'held',
    conversations: { order: { machine: order, on: [] }, told: { machine: told, on: ['tell'] } },
    otherwise: 'order',
  })
  const entity = { name: 'what', value: 'all', text: 'all', start: 5, end: 8, score: 1 }
  const understood = { intents: [{ name: 'tell', score: 1 }], entities: [entity] }
  const understand = { recognise: ({ text }: { text: string }) => (text === 'tell all' ? understood : undefined) }
  const server = new FakeServer(bot({ id: 'held', version: 1, machine: held, understand }))
  await server.says('tell all')
  expect(server.said[0]).toBe(JSON.stringify([entity]))
  await server.says('hi')
  await server.says('tell all')
  expect(server.said.slice(-2)).toEqual([JSON.stringify([entity]), 'How many?'])
})

test('help and corrections reach the conversation that is open', async () => {
  const { said } = await talk('hi', 'what hours?', 'help')
  expect(said.slice(3)).toEqual([expect.stringContaining('"start over"'), 'Which day?'])
})

test('two conversations that begin with the same event are refused', () => {
  expect(() =>
    conversations({
      id: 'desk',
      conversations: { order: { machine: order, on: ['go'] }, hours: { machine: hours, on: ['go'] } },
      otherwise: 'order',
    }),
  ).toThrow('"go" can\'t begin both "order" and "hours"')
})
