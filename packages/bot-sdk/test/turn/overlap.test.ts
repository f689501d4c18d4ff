import { bot, type Heard, type Overlap, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const types = {} as { context: { first: string }; input: RunInput; events: Heard<{ type: 'wave' }>; emitted: Said }

/** Repeats what it hears, and fails at "break". */
const parrot = (overlap: Overlap) => {
  const machine = setup({
    types,
    actions: {
      work: ({ event }) => {
        if (event.type === 'message' && event.text.includes('break')) throw new Error('boom')
      },
    },
    delays: { soon: 1_000 },
  }).createMachine({
    id: 'parrot',
    context: ({ input }) => ({ first: input.message.text }),
    entry: say(({ context }) => `Began with ${context.first}`),
    on: {
      message: { actions: ['work', say(({ event }) => event.text.replaceAll('\n', ' / '))] },
      wave: { actions: say('Hello!') },
    },
    initial: 'on',
    states: { on: { after: { soon: { actions: say('tick') } } } },
  })
  const recognise = (text: string) => (text === 'wave' ? ({ type: 'wave' } as const) : undefined)
  return new FakeServer(bot({ id: 'bot', version: 1, machine, recognise, overlap }))
}

/** What waits for the bot when it gets the conversation. */
const pile = async (server: FakeServer, ...writes: readonly (string | number | { from: string; text: string })[]) => {
  server.holdLeases = true
  for (const each of writes) {
    if (typeof each === 'number') server.clock.advance(each)
    else if (typeof each === 'string') server.write(each)
    else server.write(each.text, { from: each.from })
  }
  server.holdLeases = false
  server.offer()
  await server.rest()
}

test('a burst is handled as one message, and committed once', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'two', 'large', 'pizzas')
  expect(server.said).toEqual(['Began with hi', 'two / large / pizzas'])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 4])
})

test('without it each message has a commit of its own', async () => {
  const server = parrot('queue')
  await server.says('hi')
  await pile(server, 'two', 'large')
  expect(server.said.slice(1)).toEqual(['two', 'large'])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 2, 3])
})

test('a run begins with a burst', async () => {
  const server = parrot({ debounceMs: 1_000 })
  await pile(server, 'two', 'pizzas')
  expect(server.said).toEqual(['Began with two\npizzas'])
})

test('what is recognised, what another one says and a timer in between keep their places', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'a', 'b', 'wave', 'c', { from: 'ben', text: 'd' }, 1_000, 'e')
  expect(server.said.slice(1)).toEqual(['a / b', 'Hello!', 'c', 'd', 'tick', 'e'])
  expect(server.commits).toHaveLength(2)
  expect(server.commits[1]).toMatchObject({ processed: 7, timers: { cancel: [expect.stringContaining('soon')] } })
})

test('a burst that failed is taken one by one, so that only the bad one is given up', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'good', 'break')
  expect(server.failures).toMatchObject([{ seq: 3 }])
  server.attempt = 2
  server.offer()
  await server.rest()
  expect(server.said.slice(1)).toEqual(['good'])
  expect(server.failures).toMatchObject([{ seq: 3 }, { seq: 3 }])
})

test('a message that comes while a bot is busy waits for the end of it, and is in the same commit', async () => {
  let finish = () => {}
  const work = fromPromise(() => new Promise<void>((resolve) => (finish = resolve)))
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { work } }).createMachine({
    id: 'm',
    initial: 'working',
    states: {
      working: { invoke: { id: 'work', src: 'work', onDone: { target: 'idle', actions: say('done') } } },
      idle: { on: { message: { actions: say(({ event }) => event.text) } } },
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, overlap: 'burst' }))
  server.write('hi')
  await new Promise((resolve) => setImmediate(resolve))
  server.write('more')
  await new Promise((resolve) => setImmediate(resolve))
  finish()
  await server.rest()
  expect(server.said).toEqual(['done', 'more'])
  expect(server.commits).toHaveLength(1)
})
