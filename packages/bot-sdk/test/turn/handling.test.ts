import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { assign, createMachine, emit, setup } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'
import { order, sizeAsked } from '../support/order.js'

const minute = 60_000
const types = {} as { events: Heard<{ type: 'wave' }>; emitted: Said }

test('an order with a wrong answer, a reminder, a restart, a correction and a cancel', async () => {
  const server = new FakeServer(order)
  await server.says('hi')
  await server.says('large')
  await server.says('many')
  await server.wait(10 * minute)
  await server.restart()
  await server.says('change the size')
  expect(server.public?.value).toEqual({ asking: 'size' })
  await server.says('cancel')
  await server.wait(48 * 60 * minute)
  expect(server.said).toEqual([
    'Welcome.',
    sizeAsked,
    'How many?',
    '"many" is not a number from 1 to 20. How many?',
    'Are you still there?',
    sizeAsked,
    'Cancelled.',
    'event {"name":"done","output":{}}',
  ])
  expect(server.timers).toEqual([])
  expect(server.public).toEqual({ value: null, tags: [], accepts: ['message'] })
})

test('each thing that waits gets a commit of its own, the earliest first', async () => {
  const machine = setup({ types, delays: { soon: 10 } }).createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { after: { soon: { actions: say('tick') } } } },
    on: { message: { actions: say(({ event }) => event.text) } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  await server.says('start')
  server.holdLeases = true
  server.clock.advance(5)
  server.write('before')
  server.clock.advance(5)
  server.write('at the same moment')
  server.clock.advance(5)
  server.write('after')
  server.holdLeases = false
  server.offer()
  await server.rest()
  expect(server.said).toEqual(['before', 'tick', 'at the same moment', 'after'])
  expect(server.commits.map(({ messages }) => messages.length)).toEqual([0, 1, 1, 1, 1])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 2, 2, 3, 4])
  expect(server.commits[2]?.timers).toEqual({ set: [], cancel: ['xstate.after.soon.m.a'] })
})

test('the first message is the input of the run, and not an event', async () => {
  const machine = setup({
    types: {} as { events: Heard; emitted: Said; input: RunInput; context: { input: RunInput } },
  }).createMachine({
    id: 'm',
    context: ({ input }) => ({ input }),
    entry: say(
      ({ context: { input } }) => `${input.client} in ${input.locale}, ${input.timeZone}: ${input.message.text}`,
    ),
    on: { message: { actions: say('heard') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  await server.says('hi', {
    properties: [
      ['locale', 'pt-BR'],
      ['time-zone', 'America/Recife'],
    ],
  })
  expect(server.said).toEqual(['ana in pt-BR, America/Recife: hi'])
})

test('what nobody takes is tried as a plain message, and then told', async () => {
  const machine = setup({
    types: {} as { events: Heard<{ type: 'wave' }>; emitted: Said; context: object },
    actors: { name: ask({ say: 'Your name?', schema: z.string().min(2) }) },
  }).createMachine({
    id: 'm',
    context: {},
    initial: 'asking',
    states: { asking: { invoke: { id: 'name', src: 'name', onDone: 'deaf' } }, deaf: {} },
  })
  const recognise = (text: string) => (text === 'o/' ? ({ type: 'wave' } as const) : undefined)
  const asides = { cancel: false, help: false }
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, recognise, notUnderstood: 'Pardon?', asides }))
  await server.says('hi')
  await server.says('help')
  await server.says('o/')
  await server.says('cancel')
  expect(server.said).toEqual(['Your name?', 'Pardon?', 'Pardon?'])
})

test("the author's recogniser comes before what is built in", async () => {
  const machine = setup({ types }).createMachine({
    id: 'm',
    on: { wave: { actions: say('wave') }, cancel: { actions: say('cancel') }, help: { actions: say('help') } },
  })
  const recognise = (text: string) => (text === 'help' ? ({ type: 'wave' } as const) : undefined)
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, recognise }))
  for (const text of ['hi', 'help', '?', 'Cancel!', '/cancel']) await server.says(text)
  expect(server.said).toEqual(['wave', 'help', 'cancel', 'cancel'])
})

test('a message that is no text is heard without one; reactions and the like begin nothing, and get no answer', async () => {
  const machine = setup({ types }).createMachine({ id: 'm', entry: say('hello') })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, notUnderstood: 'Pardon?' }))
  await server.says('{"seq":1,"reaction":"+1"}', { type: 'reaction', contentType: 'application/json' })
  expect(server.said).toEqual([])
  await server.says('hi')
  await server.says('{"seq":1,"reaction":"+1"}', { type: 'reaction', contentType: 'application/json' })
  await server.says('{"url":"x","mediaType":"image/png"}', { type: 'media', contentType: 'application/json' })
  expect(server.said).toEqual(['hello', 'Pardon?'])
  expect(server.processed).toBe(4)
})

test('a run that ends tells its output, and the next message starts a new one', async () => {
  const machine = setup({
    types: {} as { events: Heard; emitted: Said; output: { n: number }; context: { n: number } },
  }).createMachine({
    id: 'm',
    context: { n: 7 },
    entry: say('start'),
    initial: 'a',
    output: ({ context }) => ({ n: context.n }),
    states: { a: { on: { message: 'z' } }, z: { type: 'final', entry: say('end') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  for (const text of ['1', '2', '3']) await server.says(text)
  expect(server.said).toEqual(['start', 'end', 'event {"name":"done","output":{"n":7}}', 'start'])
})

test('a run that ends without an output says no more', async () => {
  const machine = setup({ types }).createMachine({
    id: 'm',
    initial: 'z',
    states: { z: { type: 'final', entry: say('end') } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  await server.says('hi')
  expect(server.said).toEqual(['end'])
  expect(server.state).toBeNull()
})

test("an author's own emitted event is no message", async () => {
  const machine = setup({ types: {} as { events: Heard; emitted: Said | { type: 'metric' } } }).createMachine({
    id: 'm',
    entry: [emit({ type: 'metric' }), say('hello')],
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  await server.says('hi')
  expect(server.said).toEqual(['hello'])
})

test('a timer that the server names and the run does not have is consumed', async () => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: createMachine({ id: 'm' }) }))
  server.plantTimer('stale', 5)
  await server.wait(5)
  await server.says('hi')
  server.plantTimer('stale', 5)
  await server.wait(5)
  expect(server.commits.map(({ timers }) => timers.cancel)).toEqual([['stale'], [], ['stale']])
  expect(server.timers).toEqual([])
})

test('what is stored says machine, version, fingerprint, snapshot and timers', async () => {
  const machine = setup({ types, delays: { soon: 10 } }).createMachine({
    id: 'm',
    initial: 'a',
    context: {},
    states: { a: { after: { soon: {} } } },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 3, machine }))
  await server.says('hi')
  expect(server.state).toEqual({
    machine: 'm',
    version: 3,
    fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    snapshot: { status: 'active', value: 'a', context: {}, children: {}, historyValue: {} },
    timers: [
      {
        id: 'xstate.after.soon.m.a',
        name: 'xstate.after.soon.m.a',
        source: [],
        target: [],
        event: { type: 'xstate.after.soon.m.a' },
        due: server.clock.now() + 10,
      },
    ],
  })
})

test('a context that is assigned an undefined goes on from what a restore gives', async () => {
  const machine = setup({
    types: {} as { events: Heard; emitted: Said; context: { size?: string | undefined } },
  }).createMachine({
    id: 'm',
    context: { size: 'large' },
    on: {
      cancel: { actions: assign({ size: undefined }) },
      message: { actions: say(({ context }) => ('size' in context ? 'has a size' : 'has none')) },
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine }))
  for (const text of ['hi', 'cancel', 'well?']) await server.says(text)
  expect(server.said).toEqual(['has none'])
})
