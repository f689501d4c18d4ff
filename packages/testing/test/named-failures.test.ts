import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { harness } from '../src/index.js'

const failing = (failed: () => void) => {
  const fail = () => {
    failed()
    throw new Error('no such street')
  }
  return setup({
    types: {} as { context: { count: number }; events: Heard; emitted: Said },
    actions: { fail },
    actors: { book: fromPromise(async () => fail()) },
    guards: {
      fails: ({ event }) => event.type === 'message' && event.text === 'fail',
      books: ({ event }) => event.type === 'message' && event.text === 'book',
    },
  }).createMachine({
    id: 'counting',
    context: { count: 0 },
    initial: 'counting',
    entry: say('Ready.'),
    on: {
      failed: {
        target: '.trouble',
        actions: say(({ context, event }) => `Trouble after ${context.count}: ${event.cause}`),
      },
    },
    states: {
      counting: {
        on: {
          message: [
            { guard: 'fails', actions: [assign({ count: -1 }), say('Never said.'), 'fail'] },
            { guard: 'books', target: 'booking' },
            { actions: [assign({ count: ({ context }) => context.count + 1 }), say('Counted.')] },
          ],
        },
      },
      booking: {
        invoke: { id: 'book', src: 'book', onError: { target: 'counting', actions: say('Fully booked.') } },
      },
      trouble: { on: { message: { target: 'counting', actions: say('Back again.') } } },
    },
  })
}

test('a message that makes the machine throw leads to the state that its author named, after three tries', async () => {
  let tries = 0
  const machine = failing(() => tries++)
  await using chat = await harness({ bot: bot({ id: 'counting-bot', version: 1, machine, apology: 'Sorry.' }) })
  const ana = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('Ready.')
  await ana.says('one')
  await ana.toHear('Counted.')
  await ana.says('fail')
  await ana.toHear('Trouble after 1: Error: no such street')
  chat.bot.toBeInState('trouble')
  expect(tries).toBe(3)
  await chat.restartBot()
  await ana.says('well?')
  await ana.toHear('Back again.')
})

test('the first means is `onError` of the promise: it is no failure of the turn', async () => {
  let tries = 0
  const machine = failing(() => tries++)
  await using chat = await harness({ bot: bot({ id: 'counting-bot', version: 1, machine }) })
  const ana = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('Ready.')
  await ana.says('book')
  await ana.toHear('Fully booked.')
  expect(tries).toBe(1)
})
