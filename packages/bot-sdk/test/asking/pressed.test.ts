import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'

/** The bot asks, and a button with this value is pressed. */
const pressing = async (schema: z.ZodType, value: unknown) => {
  const machine = setup({
    types: {} as { context: object; events: Heard; emitted: Said },
    actors: { question: ask({ say: 'Well?', schema }) },
  }).createMachine({
    id: 'asking',
    context: {},
    initial: 'open',
    states: {
      open: {
        invoke: {
          id: 'question',
          src: 'question',
          onDone: { target: 'told', actions: say(({ event }) => JSON.stringify(event.output)) },
        },
      },
      told: {},
    },
  })
  const server = new FakeServer(bot({ id: 'asking', version: 1, machine }))
  await server.says('hi')
  const payload = JSON.stringify({ id: 'button', value })
  await server.says(payload, { type: 'action', contentType: 'application/json' })
  return server.said.at(-1)
}

test.each([
  ['a text', z.enum(['small', 'large']), 'large', '"large"'],
  ['a number', z.int(), 7, '7'],
  ['a truth value', z.boolean(), false, 'false'],
])('a button with %s as its value answers the question', async (_, schema, value, answer) => {
  expect(await pressing(schema, value)).toBe(answer)
})

test('one with anything else, which nobody could have written, does not', async () => {
  expect(await pressing(z.string(), { size: 'large' })).toBe('Well?')
})
