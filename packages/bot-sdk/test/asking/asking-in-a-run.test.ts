import { ask, bot, GaveUp, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'

interface Visit {
  guests?: number
  note?: string | undefined
  why?: string
}

const machine = setup({
  types: {} as { context: Visit; events: Heard; emitted: Said; output: Visit },
  actors: {
    guests: ask({ say: 'How many?', schema: z.int().min(1).max(20), timeout: 60_000, help: 'Children count.' }),
    note: ask({ say: 'A note?', schema: z.string(), optional: true }),
  },
}).createMachine({
  id: 'visit',
  context: {},
  initial: 'guests',
  output: ({ context }) => context,
  states: {
    guests: {
      invoke: {
        id: 'guests',
        src: 'guests',
        onDone: { target: 'note', actions: assign({ guests: ({ event }) => event.output }) },
        onError: {
          target: 'done',
          actions: assign({ why: ({ event }) => (event.error instanceof GaveUp ? event.error.reason : 'broken') }),
        },
      },
    },
    note: {
      invoke: {
        id: 'note',
        src: 'note',
        onDone: { target: 'done', actions: assign({ note: ({ event }) => event.output }) },
      },
    },
    done: { type: 'final', entry: say(({ context }) => JSON.stringify(context)) },
  },
})

/** Each text is heard by another process. */
async function talk(...texts: string[]): Promise<FakeServer> {
  const server = new FakeServer(bot({ id: 'host', version: 1, machine, locale: 'de-AT' }))
  for (const text of texts) {
    await server.restart()
    await server.says(text)
  }
  return server
}

test('a wrong answer is told what would be right in the language of who speaks', async () => {
  const { said } = await talk('hallo', 'viele', 'zwölf')
  expect(said).toEqual([
    'How many?',
    '„viele“ passt leider nicht. Richtig wäre: eine ganze Zahl von 1 bis 20. How many?',
    'A note?',
  ])
})

test('words of the author go before those of the language', async () => {
  const languages = { 'de-AT': { expected: { wrong: () => 'Na geh.' } } }
  const server = new FakeServer(bot({ id: 'host', version: 1, machine, locale: 'de-AT', languages }))
  for (const text of ['servus', 'viele', 'ein Dutzend']) await server.says(text)
  expect(server.said).toEqual(['How many?', 'Na geh. How many?', 'A note?'])
})

test('the question has its help and is left out by the words of the language', async () => {
  const { said } = await talk('hallo', 'hilfe', '3', 'überspringen')
  expect(said.slice(1, 5)).toEqual(['Children count.', 'How many?', 'A note?', '{"guests":3}'])
})

test('an answer that does not come in time gives up, over a restart', async () => {
  const server = await talk('hallo', 'viele')
  await server.restart()
  await server.wait(59_999)
  expect(server.said.length).toBe(2)
  await server.wait(1)
  expect(server.said[2]).toBe('{"why":"timeout"}')
})
