import type { CommitHandoff } from '@daakia/protocol'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type AnyStateMachine, assign, fromPromise, setup } from 'xstate'
import * as z from 'zod'
import {
  type Bot,
  type BotOptions,
  bot,
  HandoffError,
  type Heard,
  handoff,
  type RunInput,
  type Said,
  say,
} from '../../src/index.js'
import { FakeServer } from '../support/fake-server.js'

const payment = handoff({ to: 'payment-bot', result: z.object({ paid: z.boolean() }), reason: 'payment' })

interface Order {
  amount: number
  code?: string
  paid?: boolean
}

const order = setup({
  types: {} as { context: Order; events: Heard; input: RunInput; emitted: Said },
  actors: { payment },
}).createMachine({
  id: 'order',
  context: { amount: 7 },
  initial: 'asking',
  states: {
    asking: { entry: say('How much?'), on: { message: 'paying' } },
    paying: {
      entry: say('Please pay.'),
      invoke: {
        src: 'payment',
        input: ({ context }) => ({ amount: context.amount }),
        onDone: { target: 'paid', actions: assign({ paid: ({ event }) => event.output.paid }) },
        onError: {
          target: 'unpaid',
          actions: assign({ code: ({ event }) => (event.error instanceof HandoffError ? event.error.code : 'other') }),
        },
      },
      after: { 60000: { target: 'unpaid', actions: assign({ code: 'time is up' }) } },
    },
    paid: { entry: say(({ context }) => `Paid: ${context.paid}.`) },
    unpaid: { entry: say(({ context }) => `Not paid: ${context.code}.`), on: { message: 'paying' } },
  },
})

const orderBot = (more: Partial<BotOptions<typeof order>> = {}): Bot =>
  bot({ id: 'bot', version: 1, machine: order, ...more } as BotOptions<typeof order>)

const handoffsOf = (server: FakeServer): (CommitHandoff | undefined)[] => server.commits.map(({ handoff: it }) => it)

/** Ana pays, and the conversation is handed over as this id. */
const handedOver = async (options: { bot?: Bot } = {}) => {
  const server = new FakeServer(options.bot ?? orderBot())
  await server.says('hi')
  await server.says('pay', { properties: [['locale', 'de-AT']] })
  const id = server.commits.at(-1)?.handoff?.give?.id ?? ''
  return { server, id }
}

describe('a bot that hands a conversation over', () => {
  test('says so with the turn: to whom, with what, for whom and why', async () => {
    const { server, id } = await handedOver()
    expect(server.said).toEqual(['How much?', 'Please pay.'])
    const give = {
      ...{ id, to: 'payment-bot', client: 'ana', input: { amount: 7 }, reason: 'payment' },
      locale: 'de-AT',
    }
    expect(handoffsOf(server)).toEqual([undefined, { give }])
    expect(server.askedToHandOver).toMatchObject([{ give }])
  })

  test.each([
    ['in memory', async () => {}],
    ['restored', async (server: FakeServer) => server.restart()],
  ])('goes on with the result, once, with its run %s', async (_, befalls) => {
    const { server, id } = await handedOver()
    await befalls(server)
    await server.tells({ kind: 'result', id, output: { paid: true } })
    await server.tells({ kind: 'result', id, output: { paid: false } })
    expect(server.said.slice(2)).toEqual(['Paid: true.'])
    expect(server.commits.slice(2)).toMatchObject([
      { processed: 2, again: [3] },
      { processed: 2, again: [4] },
    ])
    expect(handoffsOf(server).slice(2)).toEqual([undefined, undefined])
  })

  test('has its result typed by the schema', () => {
    setup({ actors: { payment } }).createMachine({
      invoke: {
        src: 'payment',
        onDone: { actions: ({ event }) => expectTypeOf(event.output).toEqualTypeOf<{ paid: boolean }>() },
      },
    })
  })

  test('takes it back when its time is up, and a result that comes later changes nothing', async () => {
    const { server, id } = await handedOver()
    await server.wait(60_000)
    expect(handoffsOf(server).at(-1)).toEqual({ takeBack: id })
    await server.tells({ kind: 'result', id, output: { paid: true } })
    expect(server.said.slice(2)).toEqual(['Not paid: time is up.'])
  })

  test('takes it back when its run is cancelled, and hands it over anew under another id', async () => {
    const { server, id } = await handedOver()
    await server.wait(60_000)
    await server.says('pay')
    const again = server.commits.at(-1)?.handoff?.give?.id
    expect(again).toBeTypeOf('string')
    expect(again).not.toBe(id)
  })

  test('that enters the state anew takes it back and hands it over again with one commit', async () => {
    const restless = setup({ types: {} as { events: Heard }, actors: { payment } }).createMachine({
      id: 'restless',
      initial: 'paying',
      states: { paying: { invoke: { src: 'payment' }, after: { 60000: { target: 'paying', reenter: true } } } },
    })
    const server = new FakeServer(bot({ id: 'bot', version: 1, machine: restless as AnyStateMachine }))
    await server.says('hi')
    const [first] = handoffsOf(server)
    await server.wait(60_000)
    const again = handoffsOf(server).at(-1)
    expect(again).toMatchObject({ takeBack: first?.give?.id, give: { to: 'payment-bot' } })
    expect(again?.give?.id).not.toBe(first?.give?.id)
    expect(server.askedToHandOver.at(-1)).toMatchObject({ takeBack: first?.give?.id })
  })

  test('hears what was refused before anything of the turn is committed', async () => {
    const server = new FakeServer(orderBot())
    server.refusal = { code: 'not-allowed', message: 'no' }
    await server.says('hi')
    await server.says('pay')
    expect(server.said).toEqual(['How much?', 'Please pay.', 'Not paid: not-allowed.'])
    expect(handoffsOf(server)).toEqual([undefined, undefined])
  })

  test.each([
    [{ output: { paid: 'yes' } }, 'bad-result'],
    [{ output: undefined }, 'bad-result'],
    [{ error: { code: 'cancelled', message: 'by ana' } }, 'cancelled'],
  ])('has %j as an error', async (back, code) => {
    const { server, id } = await handedOver()
    await server.tells('error' in back ? { kind: 'failed', id, error: back.error } : { kind: 'result', id, ...back })
    expect(server.said.slice(2)).toEqual([`Not paid: ${code}.`])
  })

  test('that takes bursts leaves what comes after it to the other one', async () => {
    const server = new FakeServer(orderBot({ overlap: 'burst' }))
    await server.says('hi')
    server.holdLeases = true
    server.write('pay')
    server.write('/', { type: 'action', payload: '{"id":"more"}', contentType: 'application/json' })
    server.holdLeases = false
    server.offer()
    await server.rest()
    expect(server.commits.at(-1)).toMatchObject({ processed: 2, handoff: { give: { to: 'payment-bot' } } })
  })

  test('that hands over again whenever it is refused comes to an end', async () => {
    const stubborn = setup({ actors: { payment } }).createMachine({
      id: 'stubborn',
      initial: 'paying',
      states: { paying: { invoke: { src: 'payment', onError: { target: 'paying', reenter: true } } } },
    })
    const server = new FakeServer(bot({ id: 'bot', version: 1, machine: stubborn as AnyStateMachine }))
    server.refusal = { code: 'busy', message: 'no' }
    server.holdLeases = true
    server.write('hi')
    server.grant()
    await server.rest()
    expect(server.failures).toMatchObject([{ seq: 1, cause: expect.stringContaining('EndlessSteps') }])
  })
})

interface Payment {
  amount: number
}

const paying = setup({
  types: {} as {
    context: Payment
    events: Heard
    input: RunInput<{ amount: number }>
    emitted: Said
    output: { paid: boolean }
  },
  actors: { refund: fromPromise(async () => 'refunded') },
}).createMachine({
  id: 'payment',
  context: ({ input }) => ({ amount: input.handedOver?.input.amount ?? 0 }),
  initial: 'asking',
  output: { paid: true },
  on: { takenBack: '.refunding' },
  states: {
    asking: { entry: say(({ context }) => `Pay ${context.amount}?`), on: { message: 'done' } },
    refunding: { invoke: { src: 'refund', onDone: 'refunded' } },
    refunded: { entry: say('Nothing was paid.') },
    done: { entry: say('Thanks.'), type: 'final' },
  },
})

const paymentBot = (machine: AnyStateMachine = paying): Bot =>
  bot({
    id: 'bot',
    version: 1,
    machine,
    takesOver: { from: ['order-bot'], input: z.object({ amount: z.number() }) },
  } as BotOptions<AnyStateMachine> as never)

/** The order bot has handed the conversation over. */
const handed = async (machine?: AnyStateMachine, input: unknown = { amount: 7 }) => {
  const server = new FakeServer(paymentBot(machine))
  await server.tells({ kind: 'given', id: 'x', client: 'ana', input }, { from: 'order-bot' })
  return server
}

describe('a bot that takes a conversation over', () => {
  test('begins a run with what was handed over, and gives its output back as the result', async () => {
    const server = await handed()
    expect(server.commits).toMatchObject([{ processed: 0, again: [1] }])
    await server.restart()
    await server.says('yes')
    expect(server.said).toEqual(['Pay 7?', 'Thanks.'])
    expect(handoffsOf(server)).toEqual([undefined, { giveBack: { output: { paid: true } } }])
    expect(server.state).toBeNull()
  })

  test('tells its machine by whom, why and for whom', async () => {
    const inputs: RunInput[] = []
    const curious = setup({ types: {} as { input: RunInput } }).createMachine({
      id: 'curious',
      context: ({ input }) => ({ count: inputs.push(input) }),
    })
    await handed(curious)
    const { conversation, client, handedOver, message } = inputs[0] as RunInput
    expect({ conversation, client, handedOver, text: message.text }).toEqual({
      conversation: 'ana~bot',
      client: 'ana',
      text: '',
      handedOver: { from: 'order-bot', input: { amount: 7 }, reason: 'payment' },
    })
    expect(message).not.toHaveProperty('handoff')
  })

  test('gives it back at once where what was handed over is not what it takes', async () => {
    const server = await handed(paying, { amount: 'seven' })
    expect(server.said).toEqual([])
    expect(handoffsOf(server)).toMatchObject([{ giveBack: { error: { code: 'bad-input' } } }])
  })

  test('gives it back as cancelled when the person cancels, and begins it anew when they start over', async () => {
    const server = await handed()
    await server.says('start over')
    await server.restart()
    await server.says('cancel')
    expect(server.said.slice(0, 2)).toEqual(['Pay 7?', 'Pay 7?'])
    expect(handoffsOf(server)).toMatchObject([undefined, undefined, { giveBack: { error: { code: 'cancelled' } } }])
  })

  test('does what its machine has to do when it is taken back, and ends', async () => {
    const server = await handed()
    await server.restart()
    await server.tells({ kind: 'taken-back' }, { from: 'order-bot' })
    expect(server.said).toEqual(['Pay 7?', 'Nothing was paid.'])
    expect(server.commits.at(-1)).toMatchObject({ again: [2], state: null })
    expect(handoffsOf(server)).toEqual([undefined, undefined])
  })

  test('ends at once when it is taken back and its machine knows nothing of that', async () => {
    const deaf = setup({ types: {} as { input: RunInput } }).createMachine({
      id: 'deaf',
      initial: 'waiting',
      states: { waiting: { after: { 90000: 'late' } }, late: {} },
    })
    const server = await handed(deaf)
    expect(server.timers).toHaveLength(1)
    await server.tells({ kind: 'taken-back' }, { from: 'order-bot' })
    expect([server.state, server.timers]).toEqual([null, []])
  })

  test('ends what was taken back before it begins what it was handed meanwhile', async () => {
    const server = await handed()
    server.holdLeases = true
    server.tell({ kind: 'taken-back' }, { from: 'order-bot' })
    server.tell({ kind: 'given', id: 'y', client: 'ana', input: { amount: 9 } }, { from: 'order-bot' })
    server.holdLeases = false
    server.offer()
    await server.rest()
    expect(server.said).toEqual(['Pay 7?', 'Nothing was paid.', 'Pay 9?'])
    await server.says('yes')
    expect(handoffsOf(server).slice(1)).toEqual([undefined, undefined, { giveBack: { output: { paid: true } } }])
  })

  test('hears that it was taken back while a promise runs', async () => {
    let release = () => {}
    const slow = setup({
      types: {} as { input: RunInput; events: Heard; emitted: Said },
      actors: { charge: fromPromise(() => new Promise<void>((resolve) => (release = resolve))) },
    }).createMachine({
      id: 'slow',
      initial: 'charging',
      states: {
        charging: { invoke: { src: 'charge' }, on: { takenBack: 'stopped' } },
        stopped: { entry: say('Stopped.') },
      },
    })
    const server = new FakeServer(paymentBot(slow))
    server.tell({ kind: 'given', id: 'x', client: 'ana', input: { amount: 7 } }, { from: 'order-bot' })
    server.tell({ kind: 'taken-back' }, { from: 'order-bot' })
    await server.rest()
    release()
    expect([server.said, server.state]).toEqual([['Stopped.'], null])
  })

  test('hands it on, and gives back what it is left with', async () => {
    const nested = setup({
      types: {} as { input: RunInput; events: Heard; output: { paid?: boolean }; context: { paid?: boolean } },
      actors: { payment },
    }).createMachine({
      id: 'nested',
      context: {},
      initial: 'checking',
      output: ({ context }) => context,
      states: {
        checking: {
          invoke: {
            src: 'payment',
            input: 1,
            onDone: { target: 'done', actions: assign({ paid: ({ event }) => event.output.paid }) },
          },
        },
        done: { type: 'final' },
      },
    })
    const server = await handed(nested)
    const [first] = handoffsOf(server)
    expect(first).toMatchObject({ give: { to: 'payment-bot', client: 'ana', input: 1 } })
    await server.restart()
    await server.tells({ kind: 'result', id: first?.give?.id ?? '', output: { paid: true } })
    expect(handoffsOf(server).at(-1)).toEqual({ giveBack: { output: { paid: true } } })
  })

  test('can be handed it again', async () => {
    const server = await handed()
    await server.says('yes')
    await server.tells({ kind: 'given', id: 'y', client: 'ana', input: { amount: 9 } }, { from: 'order-bot' })
    expect(server.said).toEqual(['Pay 7?', 'Thanks.', 'Pay 9?'])
  })
})

describe('in a room of several people', () => {
  const members = ['ana', 'ben', 'cleo', 'bot']
  const by = (from: string) => ({ from })

  test('it is handed over for the person with whom the run began, whoever speaks last', async () => {
    const server = new FakeServer(orderBot(), { members })
    await server.says('hi', { from: 'ben', properties: [['locale', 'de-AT']] })
    await server.says('pay', by('cleo'))
    const [, handoff] = handoffsOf(server)
    expect(handoff?.give).toMatchObject({ client: 'ben', locale: 'de-AT' })
    await server.tells({ kind: 'result', id: handoff?.give?.id ?? '', output: { paid: true } })
    expect(server.said.at(-1)).toBe('Paid: true.')
  })

  test('the other bot hears everybody in it, and knows whom it is about', async () => {
    const heard: string[] = []
    const listening = setup({
      types: {} as { input: RunInput; events: Heard; context: { about: string } },
    }).createMachine({
      id: 'listening',
      context: ({ input }) => ({ about: input.client }),
      on: {
        message: {
          actions: ({ event, context }) => heard.push(`${event.message.from}, of ${context.about}: ${event.text}`),
        },
      },
    })
    const server = new FakeServer(paymentBot(listening), { members: ['ana', 'ben', 'cleo', 'order-bot'] })
    await server.tells({ kind: 'given', id: 'x', client: 'ben', input: { amount: 7 } }, by('order-bot'))
    await server.says('the blue one', by('cleo'))
    await server.restart()
    await server.says('no, the red one', by('ana'))
    expect(heard).toEqual(['cleo, of ben: the blue one', 'ana, of ben: no, the red one'])
  })

  test('anybody in it may cancel what the other bot does, or have it begun anew for the same person', async () => {
    const server = new FakeServer(paymentBot(), { members: ['ana', 'ben', 'order-bot'] })
    await server.tells({ kind: 'given', id: 'x', client: 'ben', input: { amount: 7 } }, by('order-bot'))
    await server.says('start over', by('ana'))
    await server.says('cancel', by('ana'))
    expect(server.said.slice(0, 2)).toEqual(['Pay 7?', 'Pay 7?'])
    expect(handoffsOf(server).at(-1)).toMatchObject({ giveBack: { error: { code: 'cancelled' } } })
  })
})

test.each([
  [{ from: ['order bot'] }, 'takesOver.from: "order bot" can\'t name a bot'],
  [{ from: [] }, "takesOver.from: name 1 to 100 bots, or give '*'"],
])('takesOver %j is refused', (takesOver, problem) => {
  expect(() => bot({ id: 'bot', version: 1, machine: order, takesOver })).toThrow(problem)
})
