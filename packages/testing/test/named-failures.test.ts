import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { type Chat, crashSweep, harness } from '../src/index.js'

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

describe('a bot that goes away while it is told of a failure', () => {
  const helped = (call: () => Promise<void> = async () => {}) => {
    const machine = setup({
      types: {} as { events: Heard; emitted: Said },
      actors: { call: fromPromise(call) },
      actions: {
        fail: () => {
          throw new Error('no such street')
        },
      },
    }).createMachine({
      id: 'helped',
      initial: 'listening',
      on: { failed: { target: '.calling', actions: say('I call for help.') } },
      states: {
        listening: {
          on: {
            message: [{ guard: ({ event }) => event.text === 'fail', actions: 'fail' }, { actions: say('Yes?') }],
          },
        },
        calling: { invoke: { src: 'call', onDone: { target: 'listening', actions: say('Help comes.') } } },
      },
    })
    return bot({ id: 'helped-bot', version: 1, machine, apology: 'Sorry.' })
  }

  const talk = async (chat: Chat) => {
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('fail')
    await ana.toHear('I call for help.')
    await ana.toHear('Help comes.')
    await ana.says('more')
    await ana.toHear('Yes?')
  }

  test('by a crash, at any point, goes on from there and says all of it once', { timeout: 60_000 }, async () => {
    const { crashes } = await crashSweep({ bot: helped() }, talk)
    // A turn that begins, three that fail, the one in which it is told, and the next.
    expect(crashes.filter(({ of, at }) => of === 'helped-bot' && at === 'turn.leased')).toHaveLength(6)
  })

  test('and stays away for long is told when it is back, before what came meanwhile', async () => {
    let leave: () => void = () => {}
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    let calls = 0
    const call = async () => {
      calls += 1
      if (calls > 1) return
      leave()
      await new Promise(() => {})
    }
    await using chat = await harness({ bot: helped(call), unawaited: ['call'] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.says('fail')
    await left
    await chat.bot.goesOffline()
    await ana.says('more')
    await ana.toHearNothing({ for: '10m' })
    await chat.bot.comesBack()
    await chat.advance('1m')
    for (const text of ['I call for help.', 'Help comes.', 'Yes?']) await ana.toHear(text)
    await chat.toDeliverExactlyOnce()
  })
})
