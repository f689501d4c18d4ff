import {
  type Bot,
  bot,
  connect,
  type HandoffError,
  type Heard,
  handoff,
  type RunInput,
  type Said,
  say,
} from '@daakia/bot-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { connectAsync } from 'mqtt'
import { describe, expect, onTestFinished, test } from 'vitest'
import { assign, setup } from 'xstate'
import * as z from 'zod/mini'
import { orderBot, paymentBot } from '../../../docs/code/how-to/hand-over-a-conversation.js'
import { harness } from '../src/index.js'

/** Ana has confirmed, and pays. */
const paying = async (bots: readonly [Bot, ...Bot[]] = [orderBot, paymentBot]) => {
  const chat = await harness({ bots })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('One pizza, 7 euros. Right?')
  await ana.says('yes')
  return { chat, ana }
}

describe('a conversation that is handed over', () => {
  test('goes there and back with a result, over restarts of both bots', async () => {
    const { chat, ana } = await paying()
    await ana.toHear('[handed over to payment-bot: payment]')
    await ana.toHear('7 euros: which card?')
    await chat.restartBot('order-bot')
    await chat.restartBot('payment-bot')
    await ana.says('the blue one')
    await ana.toHear('[handed back to order-bot]')
    await ana.toHear('Paid, receipt R-7. It is on its way.')
    chat.bot.toBeInState('paid')
    await chat.close()
  })

  test('is taken back when its time is up: the other bot has its say, and ends', async () => {
    const { chat, ana } = await paying()
    await ana.toHear('[handed over to payment-bot: payment]')
    await ana.toHear('7 euros: which card?')
    await chat.advance('10m')
    await ana.toHear('Pay at the door, then.')
    await ana.toHear('[handed back to order-bot]')
    await ana.toHear('Nothing was paid.')
    await ana.says('the blue one')
    await ana.toHear('Sorry, I did not understand that.')
    await chat.close()
  })

  test('comes back as cancelled when the person cancels', async () => {
    const { chat, ana } = await paying()
    await ana.toHear('[handed over to payment-bot: payment]')
    await ana.toHear('7 euros: which card?')
    await ana.says('cancel')
    await ana.toHear('Cancelled.')
    await ana.toHear('[handed back to order-bot]')
    await ana.toHear('One pizza, 7 euros. Right?')
    await chat.close()
  })

  test('stays where it is when the other bot is not there, or takes it from nobody', async () => {
    const { chat, ana } = await paying([orderBot])
    await ana.toHear('Pay at the door, then.')
    await chat.close()
    const closed = bot({ id: 'payment-bot', version: 1, machine: paymentBot.machine })
    const { chat: other, ana: again } = await paying([orderBot, closed])
    await again.toHear('Pay at the door, then.')
    await other.close()
  })

  test('is handed on, and comes back step by step', async () => {
    const { chat, ana } = await nested()
    await ana.toHear('[handed over to two-bot]')
    await ana.toHear('[handed over to three-bot]')
    await ana.toHear('Are you sure?')
    await chat.restartBot('two-bot')
    await ana.says('yes')
    await ana.toHear('[handed back to two-bot]')
    await ana.toHear('[handed back to one-bot]')
    await ana.toHear('{"checked":{"sure":true}}')
    await chat.close()
  })

  test('can be taken back and handed over again in one turn: the other bot ends the one, and begins the other', async () => {
    const chat = await harness({ bots: [stubborn, paymentBot] })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('[handed over to payment-bot]')
    await ana.toHear('1 euros: which card?')
    await chat.advance('1m')
    await ana.toHear('[handed back to order-bot]')
    await ana.toHear('[handed over to payment-bot]')
    await ana.toHear('Nothing was paid.')
    await ana.toHear('2 euros: which card?')
    await chat.restartBot('payment-bot')
    await ana.says('the blue one')
    await ana.toHear('[handed back to order-bot]')
    await ana.toHear('Paid by R-2.')
    await chat.close()
  })

  test('that was handed on is taken back from all', async () => {
    const { chat, ana } = await nested()
    await ana.toHear('[handed over to two-bot]')
    await ana.toHear('[handed over to three-bot]')
    await ana.toHear('Are you sure?')
    await chat.advance('1h')
    await ana.toHear('Time is up.')
    await ana.toHear('[handed back to one-bot]')
    await ana.says('hello?')
    await ana.toHear('Sorry, I did not understand that.')
    await chat.close()
  })
})

/** One hands over to two, which hands on to three. */
const nested = async () => {
  const chat = await harness({ bots: [one, two, three] })
  const ana = chat.user('ana')
  await ana.says('hi')
  return { chat, ana }
}

/** Hands over for a minute at a time, each time for more. */
const stubborn = bot({
  id: 'order-bot',
  version: 1,
  machine: setup({
    types: {} as { context: { amount: number }; events: Heard; emitted: Said },
    actors: { payment: handoff({ to: 'payment-bot', result: z.object({ receipt: z.string() }) }) },
    actions: { raise: assign({ amount: ({ context }) => (context as { amount: number }).amount + 1 }) },
  }).createMachine({
    id: 'stubborn',
    context: { amount: 0 },
    initial: 'paying',
    states: {
      paying: {
        entry: 'raise',
        invoke: {
          src: 'payment',
          input: ({ context }) => ({ amount: context.amount }),
          onDone: { target: 'paid', actions: say(({ event }) => `Paid by ${event.output.receipt}.`) },
          onError: { target: 'paid', actions: say(({ event }) => `Not paid: ${event.error}`) },
        },
        after: { 60000: { target: 'paying', reenter: true } },
      },
      paid: {},
    },
  }),
})

const one = bot({
  id: 'one-bot',
  version: 1,
  machine: setup({
    types: {} as { events: Heard; emitted: Said },
    actors: { two: handoff({ to: 'two-bot', result: z.unknown() }) },
  }).createMachine({
    id: 'one',
    initial: 'away',
    states: {
      away: {
        invoke: {
          src: 'two',
          onDone: { target: 'back', actions: say(({ event }) => JSON.stringify(event.output)) },
          onError: { target: 'back', actions: say(({ event }) => String((event.error as HandoffError).code)) },
        },
        after: { 3600000: { target: 'back', actions: say('Time is up.') } },
      },
      back: {},
    },
  }),
})

const two = bot({
  id: 'two-bot',
  version: 1,
  takesOver: { from: ['one-bot'] },
  machine: setup({
    types: {} as { input: RunInput; context: { checked: unknown }; output: { checked: unknown }; events: Heard },
    actors: { three: handoff({ to: 'three-bot', result: z.object({ sure: z.boolean() }) }) },
  }).createMachine({
    id: 'two',
    context: { checked: null },
    initial: 'away',
    output: ({ context }) => context,
    states: {
      away: {
        invoke: { src: 'three', onDone: { target: 'done', actions: assign({ checked: ({ event }) => event.output }) } },
      },
      done: { type: 'final' },
    },
  }),
})

const three = bot({
  id: 'three-bot',
  version: 1,
  takesOver: { from: '*' },
  machine: setup({
    types: {} as { input: RunInput; output: { sure: boolean }; events: Heard; emitted: Said },
  }).createMachine({
    id: 'three',
    initial: 'asking',
    output: { sure: true },
    states: {
      asking: { entry: say('Are you sure?'), on: { message: 'done' } },
      done: { type: 'final' },
    },
  }),
})

test('a person with a plain MQTT client writes to one bot and hears both', async () => {
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { mqttPort: 0 } })
  const url = `mqtt://127.0.0.1:${(await server.start()).mqttPort}`
  const running = [connect(paymentBot, { url }), connect(orderBot, { url })]
  const ana = await connectAsync(url, { protocolVersion: 4, username: 'ana', clientId: 'old' })
  onTestFinished(async () => {
    await Promise.all([...running.map((each) => each.close()), ana.endAsync()])
    await server.close()
  })
  const heard: string[] = []
  const waiting = new Map<string, () => void>()
  ana.on('message', (_, payload) => {
    heard.push(payload.toString())
    waiting.get(payload.toString())?.()
  })
  const hears = (text: string) =>
    new Promise<void>((resolve) => (heard.includes(text) ? resolve() : waiting.set(text, resolve)))
  await Promise.all([...running.map(({ ready }) => ready), ana.subscribeAsync('daak/from/order-bot', { qos: 1 })])
  const says = (text: string) => ana.publishAsync('daak/to/order-bot', text, { qos: 1 })
  await says('hi')
  await hears('One pizza, 7 euros. Right?')
  await says('yes')
  await hears('7 euros: which card?')
  await says('the blue one')
  await hears('Paid, receipt R-7. It is on its way.')
  expect(heard).toEqual([
    'One pizza, 7 euros. Right?',
    '[handed over to payment-bot: payment]',
    '7 euros: which card?',
    '[handed back to order-bot]',
    'Paid, receipt R-7. It is on its way.',
  ])
})

const caller = bot({
  id: 'caller-bot',
  version: 1,
  machine: setup({
    types: {} as { context: { round: number }; events: Heard; emitted: Said },
    actors: { patient: handoff({ to: 'patient-bot', result: z.unknown() }) },
  }).createMachine({
    id: 'caller',
    context: { round: 0 },
    initial: 'away',
    states: {
      away: {
        entry: assign({ round: ({ context }) => context.round + 1 }),
        invoke: { src: 'patient', input: ({ context }) => ({ round: context.round }) },
        after: { 60000: { target: 'away', reenter: true } },
      },
    },
  }),
})

const patient = bot({
  id: 'patient-bot',
  version: 1,
  overlap: { debounceMs: 2_000 },
  takesOver: { from: ['caller-bot'], input: z.object({ round: z.number() }) },
  machine: setup({
    types: {} as {
      input: RunInput<{ round: number }>
      context: { round: number }
      events: Heard
      emitted: Said
    },
  }).createMachine({
    id: 'patient',
    context: ({ input }) => ({ round: input.handedOver?.input.round ?? 0 }),
    entry: say(({ context }) => `Round ${context.round}?`),
    on: {
      message: { actions: say(({ context, event }) => `${context.round}: ${event.text}`) },
      takenBack: { actions: say(({ context }) => `Round ${context.round} is over.`) },
    },
  }),
})

describe('a bot that waits for quiet, and has to leave before it is handed the conversation again,', () => {
  test.each(['online', 'offline'])(
    'answers once what was said meanwhile, in the next run, when it is quiet: %s',
    async (where) => {
      await using chat = await harness({ bots: [caller, patient] })
      const ana = chat.user('ana')
      const guest = chat.botCalled('patient-bot')
      await ana.says('hi')
      await ana.toHear(/handed over/)
      await ana.toHear('Round 1?')
      await chat.advance('59s')
      if (where === 'offline') await guest.goesOffline()
      await ana.says('before')
      await chat.advance('1s')
      await ana.toHear(/handed back/)
      await ana.toHear(/handed over/)
      await ana.says('after')
      if (where === 'offline') await guest.comesBack()
      await chat.advance('2s')
      for (const text of ['Round 1 is over.', 'Round 2?', '2: before\nafter']) await ana.toHear(text)
      await ana.says('more')
      await ana.toHearNothing()
      await chat.advance('2s')
      await ana.toHear('2: more')
      await chat.toDeliverExactlyOnce()
      await chat.toPreserveOrder()
    },
  )
})
