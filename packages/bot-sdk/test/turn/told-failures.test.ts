import {
  type Bot,
  bot,
  conversations,
  type FailedHeard,
  type Heard,
  idempotencyKey,
  type Said,
  say,
} from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, assign, fromPromise, setup } from 'xstate'
import { wantsToBeTold } from '../../src/turn/told.js'
import { FakeServer } from '../support/fake-server.js'

const boom = () => {
  throw new RangeError('boom')
}

type Context = { count: number; heard?: FailedHeard }
const types = {} as { events: Heard; emitted: Said; context: Context }
const says =
  (text: string) =>
  ({ event }: { event: Heard }) =>
    event.type === 'message' && event.text === text

/** Counts what it hears, fails in every way, and has a state for that. */
const machine = setup({
  types,
  actors: { reject: fromPromise(async () => boom()) },
  guards: { throws: ({ event }) => event.type === 'message' && event.text === 'guard' && boom() },
}).createMachine({
  id: 'counting',
  context: { count: 0 },
  initial: 'counting',
  on: {
    failed: {
      target: '.trouble',
      actions: [
        assign({ heard: ({ event }) => event }),
        say(({ event }) => `I failed at "${event.message?.text}": ${event.cause}`),
      ],
    },
  },
  states: {
    counting: {
      on: {
        message: [
          { guard: says('throw'), actions: [assign({ count: -1 }), say('half a turn'), boom] },
          { guard: says('reject'), target: 'rejecting' },
          { guard: says('loop'), target: 'looping' },
          { guard: 'throws' },
          {
            actions: [assign({ count: ({ context }) => context.count + 1 }), say(({ context }) => `${context.count}`)],
          },
        ],
      },
    },
    rejecting: { invoke: { id: 'reject', src: 'reject' } },
    looping: { always: 'loopingOn' },
    loopingOn: { always: 'looping' },
    trouble: {
      on: { message: { target: 'counting', actions: say(({ context }) => `Where were we? At ${context.count}.`) } },
    },
  },
})

const counting = bot({ id: 'bot', version: 1, machine })

/** The bot has failed at `text`, and the server tells it so. */
const failedAt = async (definition: Bot, ...texts: readonly string[]) => {
  const server = new FakeServer(definition)
  for (const text of texts) await server.says(text)
  const [failure] = server.failures
  await server.tellFailure(failure?.cause ?? 'the connection was lost before the turn was committed')
  return server
}

describe('a machine that names a state for failures', () => {
  test.each([
    ['an action throws', 'throw', 'RangeError: boom'],
    ['a guard throws', 'guard', expect.stringContaining('boom')],
    ['a promise is rejected and nobody handles it', 'reject', 'RangeError: boom'],
    ['`always` comes to no end', 'loop', expect.stringContaining('did not come to rest')],
  ])('is in it where %s, as it was before that', async (_, text, cause) => {
    const server = await failedAt(counting, 'hi', 'one', text)
    expect(server.public?.value).toBe('trouble')
    const { context } = (server.state as { snapshot: { context: Context } }).snapshot
    expect(context).toMatchObject({ count: 1, heard: { type: 'failed', cause, attempts: 3, message: { text } } })
    await server.says('go on')
    expect(server.said).toEqual(['1', `I failed at "${text}": ${context.heard?.cause}`, 'Where were we? At 1.'])
    expect(server.failures).toHaveLength(1)
  })

  test('goes on there after a restart', async () => {
    const server = await failedAt(counting, 'hi', 'throw')
    await server.restart()
    await server.says('go on')
    expect(server.said.at(-1)).toBe('Where were we? At 0.')
    expect(server.parked).toEqual([])
  })

  test('does not tell members that it takes such an event', async () => {
    const server = await failedAt(counting, 'hi', 'throw')
    expect(server.public?.accepts).toEqual(['message'])
  })
})

/** Fails at the message that begins it. */
const failingAtOnce = (more: object = {}) =>
  setup({ types: {} as { events: Heard; emitted: Said }, actions: { boom } }).createMachine({
    id: 'at-once',
    initial: 'working',
    entry: say('Hello.'),
    on: { failed: { target: '.trouble', actions: say('I can not begin.') } },
    states: {
      working: { entry: 'boom' },
      trouble: { on: { message: { actions: say('Still in trouble.') } } },
    },
    ...more,
  })

const botOf = (machine: AnyStateMachine) => bot({ id: 'bot', version: 1, machine })

describe('a run that fails with the message that begins it', () => {
  test('begins without its initial state, in the state for failures, and goes on there', async () => {
    const server = await failedAt(botOf(failingAtOnce()), 'hi')
    expect([server.public?.value, server.said]).toEqual(['trouble', ['Hello.', 'I can not begin.']])
    await server.says('and now?')
    await server.restart()
    await server.says('and now?')
    expect(server.said.slice(2)).toEqual(['Still in trouble.', 'Still in trouble.'])
    expect([server.failures.length, server.parked]).toEqual([1, []])
  })

  test('is told of a machine without states as of any other', async () => {
    const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'stateless',
      on: { failed: { actions: say('Oh.') } },
    })
    const server = new FakeServer(botOf(machine))
    server.holdLeases = true
    server.write('hi')
    await server.tellFailure('it crashed')
    expect([server.said, server.failures]).toEqual([['Oh.'], []])
  })

  test.each([
    ['its beginning fails apart from its initial state', failingAtOnce({ entry: boom }), 'RangeError: boom'],
    [
      'nothing leads away from there',
      failingAtOnce({ on: {} }),
      'NotTold: The machine takes no "failed" before its initial state',
    ],
    [
      'the event has no target',
      failingAtOnce({ on: { failed: { actions: say('never said') } } }),
      'NotTold: The machine takes no "failed" with a target before its initial state',
    ],
    [
      'it is parallel',
      failingAtOnce({ type: 'parallel', initial: undefined }),
      'NotTold: The machine takes no "failed" where it has no run',
    ],
    [
      'what it does leads back to where it is not',
      failingAtOnce({
        states: {
          working: { entry: boom },
          trouble: { invoke: { src: fromPromise(async () => {}), id: 'p', onDone: '#at-once' } },
        },
      }),
      'NotPersistable: value is before the initial state, where nothing goes on',
    ],
  ])('leaves it to the server where %s', async (_, machine, cause) => {
    const server = await failedAt(botOf(machine), 'hi')
    expect(server.failures.map((failure) => failure.cause)).toEqual(['RangeError: boom', cause])
    expect([server.said, server.state]).toEqual([[], null])
  })
})

describe('a failure is left to the server', () => {
  test('where the machine does not take it as it stands, though another one of its states does', async () => {
    const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { message: { actions: boom }, '*': { actions: say('any') } } }, b: { on: { failed: {} } } },
    })
    const server = await failedAt(botOf(machine), 'hi', 'x')
    expect(server.failures[1]).toEqual({
      conversation: 'ana~bot',
      fence: '1:3',
      cause: 'NotTold: The machine takes no "failed" in its state "a"',
    })
    expect(server.said).toEqual([])
  })

  test('where a guard throws that is asked whether to take it, and that is the cause', async () => {
    const machine = setup({
      types: {} as { events: Heard; emitted: Said },
      guards: { isSure: () => boom() as unknown as boolean },
    }).createMachine({
      id: 'm',
      on: { message: { actions: boom }, failed: { guard: 'isSure', actions: say('never said') } },
    })
    const warnings: unknown[] = []
    const log = { info: () => {}, warn: (fields: object) => void warnings.push(fields) }
    const server = new FakeServer(botOf(machine), { log })
    for (const text of ['hi', 'x']) await server.says(text)
    await server.tellFailure('RangeError: boom')
    const cause = expect.stringMatching(/guard 'isSure'.*boom/s)
    expect(server.failures).toMatchObject([{ seq: 2 }, { cause }])
    expect(warnings.at(-1)).toMatchObject({ cause, stack: expect.any(String) })
    expect(server.said).toEqual([])
  })

  test('where what the machine does about it fails too', async () => {
    const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'm',
      on: { message: { actions: boom }, failed: { actions: [say('never said'), boom] } },
    })
    const server = await failedAt(botOf(machine), 'hi', 'x')
    const before = JSON.stringify(server.state)
    expect(server.failures).toMatchObject([{ seq: 2 }, { cause: 'RangeError: boom' }])
    expect([server.said, JSON.stringify(server.state)]).toEqual([[], before])
  })
})

test('a conversation that was switched to hears of its own failures', async () => {
  const part = (id: string) =>
    setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id,
      on: {
        message: { guard: says('x'), actions: boom },
        failed: { actions: say(`${id} is in trouble.`) },
      },
    })
  const held = conversations({
    id: 'both',
    conversations: { one: { machine: part('one'), on: ['one'] }, two: { machine: part('two'), on: ['two'] } },
    otherwise: 'one',
  })
  const recognise = (text: string) => (text === 'two' ? ({ type: 'two' } as never) : undefined)
  const server = await failedAt(bot({ id: 'bot', version: 1, machine: held, recognise }), 'hi', 'two', 'x')
  expect(server.said).toEqual(['two is in trouble.'])
})

test('a promise of the state for failures has a key of its own, and "cancel" is heard while it runs', async () => {
  const keys: string[] = []
  const call = fromPromise(({ self }) => {
    keys.push(idempotencyKey(self))
    return new Promise<void>(() => {})
  })
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { call } }).createMachine({
    id: 'm',
    initial: 'fine',
    on: { failed: '.calling', message: { actions: boom } },
    states: {
      fine: {},
      calling: {
        entry: say('One moment.'),
        invoke: { id: 'call', src: 'call' },
        on: { cancel: { target: 'fine', actions: say('Never mind.') } },
      },
    },
  })
  const server = await new Promise<FakeServer>((resolve) => {
    const made: FakeServer = new FakeServer(botOf(machine), { hooks: { 'turn.checkpointed': () => resolve(made) } })
    const fail = async () => {
      await made.says('hi')
      await made.says('x')
      void made.tellFailure('it crashed')
      setImmediate(() => made.clock.advance(500))
    }
    void fail()
  })
  server.write('cancel')
  await server.rest()
  expect([server.said, keys]).toEqual([['One moment.', 'Never mind.'], ['ana~bot:failed@1:call:1']])
})

test('a bot wants to be told where its machine, or one that it may start, names the event', () => {
  const plain = setup({}).createMachine({ id: 'plain', on: { '*': {} } })
  const within = setup({ actors: { child: machine } }).createMachine({ id: 'within' })
  expect([counting, { machine: within }, { machine: plain }].map(wantsToBeTold)).toEqual([true, true, false])
})
