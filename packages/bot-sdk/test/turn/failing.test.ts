import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const types = {} as { events: Heard<{ type: 'wave' }>; emitted: Said; context: { heard: number; when?: Date } }
const fail = () => {
  throw new RangeError('boom')
}

const fragile = setup({ types, actors: { work: fromPromise(async () => fail()) }, delays: { soon: 10 } }).createMachine(
  {
    id: 'fragile',
    context: { heard: 0 },
    initial: 'a',
    states: { a: { after: { soon: { actions: fail } } }, working: { invoke: { id: 'w', src: 'work' } } },
    on: {
      message: [
        { guard: ({ event }) => event.text === 'throw', actions: [say('half a turn'), fail] },
        { guard: ({ event }) => event.text === 'reject', target: '.working' },
        { guard: ({ event }) => event.text === 'date', actions: assign({ when: new Date(0) }) },
        { guard: ({ event }) => event.text === 'guard' && fail() },
        {
          actions: [
            assign({ heard: ({ context }) => context.heard + 1 }),
            say(({ context }) => `${context.heard + 0}`),
          ],
        },
      ],
    },
  },
)

const start = async () => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: fragile }))
  await server.says('hi')
  return server
}

test.each([
  ['an action throws', 'throw', 'RangeError: boom'],
  ['a promise rejects and nobody handles it', 'reject', 'RangeError: boom'],
  ['a guard throws', 'guard', expect.stringContaining('boom')],
  [
    'the context could not be restored',
    'date',
    'NotPersistable: context.when is a Date, which JSON would not give back: keep text, numbers, lists and plain objects',
  ],
])('where %s, the server is told which message failed and why', async (_, text, cause) => {
  const server = await start()
  const before = JSON.stringify(server.state)
  await server.says(text)
  expect(server.failures).toEqual([{ conversation: 'ana~bot', fence: '1:2', seq: 2, cause }])
  expect(server.said).toEqual([])
  expect(JSON.stringify(server.state)).toBe(before)
})

test('a timer that fails is told by its id', async () => {
  const server = await start()
  server.clock.advance(10)
  server.offer()
  await server.rest()
  expect(server.failures).toMatchObject([{ timer: 'xstate.after.soon.fragile.a', cause: 'RangeError: boom' }])
})

test('a recogniser that throws fails the message', async () => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: fragile, recognise: fail }))
  await server.says('hi')
  await server.says('there')
  expect(server.failures).toMatchObject([{ seq: 2, cause: 'RangeError: boom' }])
})

test('after a failure the last good state goes on, not what is left in memory', async () => {
  const server = await start()
  await server.says('one')
  await server.says('throw')
  server.skip()
  await server.says('two')
  expect(server.said).toEqual(['1', '2'])
})

test('where an interruption fails, it is the one that is told', async () => {
  const work = fromPromise(() => new Promise<void>(() => {}))
  const machine = setup({ types, actors: { work } }).createMachine({
    id: 'm',
    context: { heard: 0 },
    invoke: { id: 'w', src: 'work' },
    on: { cancel: { actions: fail } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  server.write('hi')
  await new Promise((resolve) => setImmediate(resolve))
  server.write('cancel')
  await server.rest()
  expect(server.failures).toMatchObject([{ seq: 2, cause: 'RangeError: boom' }])
})

test('a state that does not fit is parked with its reason, and nothing is said', async () => {
  const server = await start()
  const elsewhere = setup({ types }).createMachine({
    id: 'fragile',
    context: { heard: 0 },
    initial: 'b',
    states: { b: {} },
  })
  await server.redeploy(bot({ id: 'bot', version: 1, machine: elsewhere }))
  await server.says('are you there?')
  expect(server.parked).toMatchObject([{ fence: '1:3', reason: expect.stringContaining('does not fit') }])
  expect(server.failures).toEqual([])
  expect(server.said).toEqual([])
})

test('a state of another version is parked', async () => {
  const server = await start()
  await server.redeploy(bot({ id: 'bot', version: 2, machine: fragile }))
  await server.says('are you there?')
  expect(server.parked).toMatchObject([{ reason: expect.stringContaining('it is of version 1, this is version 2') }])
})
