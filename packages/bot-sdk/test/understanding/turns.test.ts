import {
  ask,
  bot,
  conversations,
  type Heard,
  type Intent,
  type Listening,
  type Overlap,
  type Recogniser,
  type RunInput,
  type Said,
  say,
  type Understood,
} from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer, type FakeServerOptions } from '../support/fake-server.js'

type Events = Heard<Intent<'order', { count: number; dish: string }> | Intent<'hours'>>
const types = {} as { context: { first: string }; input: RunInput; events: Events; emitted: Said }

/** Takes orders, works at "work", and repeats what it does not understand. */
const waiter = setup({ types, actors: { work: fromPromise(() => new Promise<void>(() => {})) } }).createMachine({
  id: 'waiter',
  context: ({ input }) => ({ first: input.understood?.intents[0]?.name ?? 'nothing' }),
  entry: say(({ context }) => `Began with ${context.first}.`),
  on: {
    message: { actions: say(({ event }) => `"${event.text}"?`) },
    hours: { actions: say('All day.') },
  },
  initial: 'idle',
  states: {
    idle: {
      on: {
        order: {
          actions: say(({ event }) => `${event.entities.count ?? 'Some'} ${event.entities.dish}, ${event.score}`),
        },
        cancel: 'working',
      },
    },
    working: {
      invoke: { id: 'work', src: 'work' },
      on: { message: { guard: () => false }, hours: { target: 'idle', actions: say('Stopped for the hours.') } },
    },
  },
})

const intent = (name: string, score: number, entities: Understood['entities'] = []): Understood => ({
  intents: [{ name, score }],
  entities,
})
const named = (name: string, value: string | number, start: number) =>
  ({ name, value, text: String(value), start, end: start + String(value).length, score: 1 }) as const

/** Knows some words at once. */
const atOnce: Recogniser = {
  recognise: ({ text }) =>
    ({
      'two pizzas': intent('order', 0.9, [named('count', 2, 0), named('dish', 'pizzas', 4), named('dish', 's', 9)]),
      'when are you open': intent('hours', 1),
      'something with hours': intent('hours', 0.5),
      'pizza hours': {
        intents: [
          { name: 'sing', score: 1 },
          { name: 'hours', score: 0.7 },
        ],
        entities: [],
      },
    })[text],
}

/** Answers when the test says so. */
class Slow implements Recogniser {
  readonly asked: string[] = []
  readonly heard: Listening[] = []
  readonly #open: { text: string; resolve(understood: Understood | undefined): void; reject(error: Error): void }[] = []
  #watchers: (() => void)[] = []

  recognise({ text }: { text: string }, listening: Listening): Promise<Understood | undefined> {
    this.asked.push(text)
    this.heard.push(listening)
    const answer = new Promise<Understood | undefined>((resolve, reject) => {
      this.#open.push({ text, resolve, reject })
    })
    for (const watcher of this.#watchers.splice(0)) watcher()
    return answer
  }

  /** Resolves when it is asked about `text`. */
  async isAsked(text: string): Promise<void> {
    while (!this.asked.includes(text)) await new Promise<void>((resolve) => this.#watchers.push(resolve))
  }

  answer(understood: Understood | undefined): void {
    this.#open.shift()?.resolve(understood)
  }

  fail(): void {
    this.#open.shift()?.reject(new Error('no answer from the model'))
  }
}

interface Options extends FakeServerOptions {
  overlap?: Overlap
  leastScore?: number
}

const served = (
  understand: Recogniser | Recogniser[],
  { overlap = 'queue', leastScore = 0.6, ...options }: Options = {},
) => new FakeServer(bot({ id: 'bot', version: 1, machine: waiter, understand, overlap, leastScore }), options)

test('what is understood is an event with its entities', async () => {
  const server = served(atOnce)
  await server.says('hi')
  await server.says('two pizzas')
  expect(server.said.slice(1)).toEqual(['2 pizzas, 0.9'])
})

test('an intent that begins another conversation of the bot is in the input of that', async () => {
  const part = (id: string) =>
    setup({ types: {} as { input: RunInput; context: { dish: string }; emitted: Said } }).createMachine({
      id,
      context: ({ input }) => ({ dish: String(input.understood?.entities.at(-1)?.value) }),
      entry: say(({ context }) => `${id}: ${context.dish}`),
    })
  const machine = conversations({
    id: 'm',
    conversations: {
      order: { machine: part('order'), on: ['order'] },
      hours: { machine: part('hours'), on: ['hours'] },
    },
    otherwise: 'hours',
  })
  const understand: Recogniser = {
    recognise: ({ text }) => intent('order', text === 'pizza' ? 1 : 0.1, [named('dish', text, 0)]),
  }
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, understand }))
  await server.says('hi')
  await server.says('pizza')
  expect(server.said).toEqual(['hours: hi', 'order: pizza'])
})

test('what is understood of the message that starts a run is in its input', async () => {
  const server = served(atOnce)
  await server.says('when are you open')
  expect(server.said).toEqual(['Began with hours.'])
  const unsure = served(atOnce)
  await unsure.says('something with hours')
  expect(unsure.said).toEqual(['Began with nothing.'])
})

test('intents below the least score are not heard, and the message is a plain one', async () => {
  const server = served(atOnce)
  await server.says('hi')
  await server.says('something with hours')
  expect(server.said.slice(1)).toEqual(['"something with hours"?'])
  const easier = served(atOnce, { leastScore: 0.5 })
  await easier.says('hi')
  await easier.says('something with hours')
  expect(easier.said.slice(1)).toEqual(['All day.'])
})

test('an intent that the machine can not take makes room for the next', async () => {
  const server = served(atOnce)
  await server.says('hi')
  await server.says('pizza hours')
  expect(server.said.slice(1)).toEqual(['All day.'])
})

test('the function of the bot and what every bot knows come first', async () => {
  const server = new FakeServer(
    bot({
      id: 'bot',
      version: 1,
      machine: waiter,
      understand: {
        recognise: ({ text }) => {
          asked.push(text)
          return intent('hours', 1)
        },
      },
      recognise: (text) => (text === 'again' ? { type: 'message', text: 'mine', message } : undefined),
    }),
  )
  const asked: string[] = []
  const message = {
    seq: 1,
    id: 'm',
    from: 'ana',
    at: 0,
    type: 'text',
    payload: '',
    encoding: 'utf8',
    text: '',
  } as const
  await server.says('hi')
  await server.says('again')
  server.write('cancel')
  await settled()
  expect(server.said.slice(1)).toEqual(['"mine"?'])
  expect(asked).toEqual(['hi'])
})

test('the next recogniser is asked when the ones before know no intent, and what they found is put together', async () => {
  const slow = new Slow()
  const entities = { recognise: () => ({ intents: [{ name: 'hours', score: 0.3 }], entities: [named('count', 3, 0)] }) }
  const server = served([atOnce, entities, slow])
  server.write('hi')
  await slow.isAsked('hi')
  slow.answer(undefined)
  await server.rest()
  await server.says('two pizzas')
  server.write('three of them')
  await slow.isAsked('three of them')
  slow.answer(intent('order', 0.8, [named('count', 4, 0), named('dish', 'soups', 0)]))
  await server.rest()
  expect(server.said.slice(1)).toEqual(['2 pizzas, 0.9', '3 soups, 0.8'])
  expect(slow.asked).toEqual(['hi', 'three of them'])
})

test('messages that have to be understood first keep their order, and are understood once', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi')
  server.write('hours please')
  server.write('three')
  for (const text of ['hi', 'hours please', 'three']) {
    await slow.isAsked(text)
    await settled()
    slow.answer(text === 'hours please' ? intent('hours', 1) : undefined)
  }
  await server.rest()
  expect(server.said).toEqual(['Began with nothing.', 'All day.', '"three"?'])
  expect(slow.asked).toEqual(['hi', 'hours please', 'three'])
})

test('a recogniser is told for whom, and when', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi', { properties: [['locale', 'de-AT']] })
  await slow.isAsked('hi')
  expect(slow.heard[0]).toMatchObject({ locale: 'de-AT', timeZone: 'UTC', now: server.clock.now() })
  slow.answer(undefined)
  await server.rest()
})

test('a recogniser that fails, or throws, leaves a plain message', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi')
  await slow.isAsked('hi')
  slow.fail()
  await server.rest()
  server.write('hours please')
  await slow.isAsked('hours please')
  slow.fail()
  await server.rest()
  expect(server.said).toEqual(['Began with nothing.', '"hours please"?'])
  const throwing = served({
    recognise: () => {
      throw new Error('boom')
    },
  })
  await throwing.says('hi')
  await throwing.says('hours please')
  expect(throwing.said).toEqual(['Began with nothing.', '"hours please"?'])
  expect([...server.failures, ...throwing.failures]).toEqual([])
})

test('a recogniser that takes too long is not waited for, and told so', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi')
  await slow.isAsked('hi')
  const signal = slow.heard[0]?.signal
  server.clock.advance(5_000)
  await server.rest()
  expect(signal?.aborted).toBe(true)
  slow.answer(intent('hours', 1))
  expect(server.said).toEqual(['Began with nothing.'])
})

test('a lease that is lost while a message is understood aborts that', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi')
  await slow.isAsked('hi')
  server.grant()
  await settled()
  expect(slow.heard[0]?.signal.aborted).toBe(true)
  slow.answer(intent('hours', 1))
  expect(slow.asked).toEqual(['hi', 'hi'])
  expect(slow.heard[1]?.signal.aborted).toBe(false)
  slow.answer(undefined)
  await server.rest()
  expect(server.said).toEqual(['Began with nothing.'])
})

test('a bot that gives up its turns aborts what is being understood', async () => {
  const slow = new Slow()
  const server = served(slow)
  server.write('hi')
  await slow.isAsked('hi')
  const closed = server.close(1_000)
  server.clock.advance(1_000)
  await closed
  expect(slow.heard[0]?.signal.aborted).toBe(true)
  expect(server.processed).toBe(0)
})

/** A bot that is at work, and what it was told meanwhile. */
async function atWork(slow: Slow): Promise<FakeServer> {
  const server = served(slow)
  server.write('hi')
  await slow.isAsked('hi')
  slow.answer(undefined)
  await server.rest()
  server.write('cancel')
  await settled()
  return server
}

test('a message that has to be understood interrupts a busy bot as soon as it is', async () => {
  const slow = new Slow()
  const server = await atWork(slow)
  server.write('hours please')
  await slow.isAsked('hours please')
  await settled()
  expect(server.said).toEqual(['Began with nothing.'])
  slow.answer(intent('hours', 1))
  await server.rest()
  expect(server.said.slice(1)).toEqual(['Stopped for the hours.'])
  expect(server.processed).toBe(3)
})

test('while a bot is busy, one message is understood after the other, and none is passed over', async () => {
  const slow = new Slow()
  const server = await atWork(slow)
  server.write('one')
  server.write('hours please')
  await slow.isAsked('one')
  await settled()
  expect(slow.asked).toEqual(['hi', 'one'])
  slow.answer(undefined)
  await slow.isAsked('hours please')
  slow.answer(intent('hours', 1))
  await server.rest()
  expect(server.said.slice(1)).toEqual(['"one"?', 'Stopped for the hours.'])
  expect(slow.asked).toEqual(['hi', 'one', 'hours please'])
})

test('what is being understood while a busy bot comes to rest is understood for the turn after', async () => {
  let finish = () => {}
  const work = fromPromise(() => new Promise<void>((resolve) => (finish = resolve)))
  const machine = setup({ types: {} as { events: Events; emitted: Said }, actors: { work } }).createMachine({
    id: 'm',
    initial: 'working',
    states: {
      working: { invoke: { id: 'work', src: 'work', onDone: { target: 'idle', actions: say('done') } } },
      idle: { on: { hours: { actions: say('All day.') } } },
    },
  })
  const slow = new Slow()
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, understand: slow }))
  server.write('hi')
  await slow.isAsked('hi')
  slow.answer(undefined)
  await settled()
  server.write('hours please')
  await slow.isAsked('hours please')
  finish()
  await server.event()
  slow.answer(intent('hours', 1))
  await server.rest()
  expect(server.said).toEqual(['done', 'All day.'])
  expect(slow.asked).toEqual(['hi', 'hours please'])
})

test('texts that mean nothing by themselves are understood together, as a burst', async () => {
  const server = served(
    { recognise: (heard, at) => atOnce.recognise({ ...heard, text: heard.text.replace('\n', ' ') }, at) },
    { overlap: 'burst' },
  )
  await server.says('hi')
  server.holdLeases = true
  for (const text of ['when are you open', 'two', 'pizzas']) server.write(text)
  server.holdLeases = false
  server.offer()
  await server.rest()
  expect(server.said.slice(1)).toEqual(['All day.', '2 pizzas, 0.9'])
  expect(server.commits).toHaveLength(2)
})

test('a burst whose parts have to be understood first is one too', async () => {
  const slow = new Slow()
  const server = served(slow, { overlap: 'burst' })
  server.holdLeases = true
  for (const text of ['two', 'pizzas']) server.write(text)
  server.holdLeases = false
  server.offer()
  for (const text of ['two', 'pizzas', 'two\npizzas']) {
    await slow.isAsked(text)
    slow.answer(text === 'two\npizzas' ? intent('order', 1) : undefined)
  }
  await server.rest()
  expect(server.said).toEqual(['Began with order.'])
  expect(server.commits).toHaveLength(1)
})

test('a button that was pressed is an action before it is an intent', async () => {
  const machine = setup({ types: {} as { events: Events; emitted: Said } }).createMachine({
    id: 'm',
    on: { action: { actions: say(({ event }) => event.id) }, hours: { actions: say('All day.') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, understand: atOnce }))
  await server.says('hi')
  const payload = JSON.stringify({ id: 'open', value: 'when are you open' })
  await server.says(payload, { type: 'action', contentType: 'application/json' })
  expect(server.said).toEqual(['open'])
})

test('what the open question offers is its answer, and nobody is asked what it means', async () => {
  const asked: string[] = []
  const understand: Recogniser = {
    recognise: ({ text }) => {
      asked.push(text)
      return intent('hours', 1)
    },
  }
  const size = ask({ say: 'Size?', schema: z.enum(['small', 'large']), choices: ['small', 'large'] })
  const machine = setup({ types: {} as { events: Events; emitted: Said }, actors: { size } }).createMachine({
    id: 'm',
    on: { hours: { actions: say('All day.') } },
    initial: 'size',
    states: {
      size: { invoke: { id: 'size', src: 'size', onDone: { target: 'done', actions: say('Thanks.') } } },
      done: {},
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, understand }))
  await server.says('hi')
  await server.says('and when')
  await server.says('Large')
  expect(server.said).toContain('All day.')
  expect(server.said.at(-1)).toBe('Thanks.')
  expect(asked).toEqual(['hi', 'and when'])
})

test('people can turn aside in words that a recogniser understands', async () => {
  const idle = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({ id: 'm', entry: say('Hello!') })
  const understand = {
    recognise: ({ text }: { text: string }) => (text === 'forget it' ? intent('cancel', 1) : undefined),
  }
  const plain = new FakeServer(bot({ id: 'bot', version: 1, machine: idle, understand }))
  await plain.says('hi')
  await plain.says('forget it')
  expect(plain.state).toBeNull()
})

/** How many microtasks it takes until the bot has committed what it made of a message. */
async function microtasksOf(understand: Recogniser[]): Promise<number> {
  const server = served(understand)
  await server.says('hi')
  await settled()
  server.write('two')
  for (let count = 0; ; count++) {
    if (server.commits.length > 1) return count
    await null
  }
}

test('a recogniser that answers at once costs no microtask', async () => {
  expect(await microtasksOf([atOnce])).toBe(await microtasksOf([]))
})

/** Lets every promise that can go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
