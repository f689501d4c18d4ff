import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'

/** Two regions, each with a question and a timer of its own. */
const machine = setup({
  types: {} as { input: RunInput; context: { size?: string; count?: number }; events: Heard; emitted: Said },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    count: ask({ say: 'How many?', schema: z.int() }),
  },
  delays: { soon: 60_000, later: 120_000 },
}).createMachine({
  id: 'order',
  context: {},
  type: 'parallel',
  states: {
    what: {
      initial: 'asking',
      states: {
        asking: {
          after: { later: { actions: say('Small or large?') } },
          invoke: {
            id: 'size',
            src: 'size',
            onDone: { target: 'known', actions: assign({ size: ({ event }) => event.output }) },
          },
        },
        known: { type: 'final' },
      },
    },
    howMany: {
      initial: 'asking',
      states: {
        asking: {
          after: { soon: { actions: say('A number, please.') } },
          invoke: {
            id: 'count',
            src: 'count',
            onDone: { target: 'known', actions: assign({ count: ({ event }) => event.output }) },
          },
        },
        known: { type: 'final' },
      },
    },
  },
  output: ({ context }) => context,
})

const order = bot({ id: 'order', version: 1, machine })

/** What is said, in few words; the bot is another process for each text. */
const talk = async (...texts: string[]) => {
  const server = new FakeServer(order)
  for (const text of texts) {
    await server.restart()
    await server.says(text)
  }
  return server
}
const words = ({ said }: FakeServer) => said.map((one) => one.replace(/^choices .*"text":"([^"]*)".*$/, '$1'))

test('of the questions of parallel states, the newest has the answer first, and then the one before', async () => {
  const server = await talk('hi', '3', 'large')
  expect(words(server)).toEqual([
    'Which size?',
    'How many?',
    'event {"name":"done","output":{"count":3,"size":"large"}}',
  ])
})

test('repeat and skip are about the newest', async () => {
  expect(words(await talk('hi', 'repeat', '3', 'repeat'))).toEqual([
    'Which size?',
    'How many?',
    'How many?',
    'Which size?',
  ])
})

test('members see where each of them stands', async () => {
  expect((await talk('hi')).public).toMatchObject({ value: { what: 'asking', howMany: 'asking' } })
  expect((await talk('hi', '3')).public).toMatchObject({ value: { what: 'asking', howMany: 'known' } })
})

test('each has timers of its own, which end with its state', async () => {
  const server = await talk('hi')
  await server.wait(60_000)
  await server.restart()
  await server.says('3')
  await server.wait(60_000)
  expect(words(server)).toEqual(['Which size?', 'How many?', 'A number, please.', 'Small or large?'])
})
