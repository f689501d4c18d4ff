import {
  type Bot,
  bot,
  conversations,
  type Heard,
  type Overlap,
  overlap,
  type RunInput,
  type Said,
  say,
} from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const types = {} as { context: { first: string }; input: RunInput; events: Heard<{ type: 'wave' }>; emitted: Said }

/** Repeats what it hears, and fails at "break". */
const parrot = (overlap: Overlap) => {
  const machine = setup({
    types,
    actions: {
      work: ({ event }) => {
        if (event.type === 'message' && event.text.includes('break')) throw new Error('boom')
      },
    },
    delays: { soon: 1_000 },
  }).createMachine({
    id: 'parrot',
    context: ({ input }) => ({ first: input.message.text }),
    entry: say(({ context }) => `Began with ${context.first}`),
    on: {
      message: { actions: ['work', say(({ event }) => event.text.replaceAll('\n', ' / '))] },
      wave: { actions: say('Hello!') },
    },
    initial: 'on',
    states: { on: { after: { soon: { actions: say('tick') } } } },
  })
  const recognise = (text: string) => (text === 'wave' ? ({ type: 'wave' } as const) : undefined)
  return new FakeServer(bot({ id: 'bot', version: 1, machine, recognise, overlap }))
}

/** What waits for the bot when it gets the conversation. */
const pile = async (server: FakeServer, ...writes: readonly (string | number | { from: string; text: string })[]) => {
  server.holdLeases = true
  for (const each of writes) {
    if (typeof each === 'number') server.clock.advance(each)
    else if (typeof each === 'string') server.write(each)
    else server.write(each.text, { from: each.from })
  }
  server.holdLeases = false
  server.offer()
  await server.rest()
}

test('a burst is handled as one message, and committed once', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'two', 'large', 'pizzas')
  expect(server.said).toEqual(['Began with hi', 'two / large / pizzas'])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 4])
})

test('without it each message has a commit of its own', async () => {
  const server = parrot('queue')
  await server.says('hi')
  await pile(server, 'two', 'large')
  expect(server.said.slice(1)).toEqual(['two', 'large'])
  expect(server.commits.map(({ processed }) => processed)).toEqual([1, 2, 3])
})

test('a run begins with a burst', async () => {
  const server = parrot({ debounceMs: 1_000 })
  await pile(server, 'two', 'pizzas')
  expect(server.said).toEqual(['Began with two\npizzas'])
})

test('what is recognised, what another one says and a timer in between keep their places', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'a', 'b', 'wave', 'c', { from: 'ben', text: 'd' }, 1_000, 'e')
  expect(server.said.slice(1)).toEqual(['a / b', 'Hello!', 'c', 'd', 'tick', 'e'])
  expect(server.commits).toHaveLength(2)
  expect(server.commits[1]).toMatchObject({ processed: 7, timers: { cancel: [expect.stringContaining('soon')] } })
})

test('a burst that failed is taken one by one, so that only the bad one is given up', async () => {
  const server = parrot('burst')
  await server.says('hi')
  await pile(server, 'good', 'break')
  expect(server.failures).toMatchObject([{ seq: 3 }])
  server.attempt = 2
  server.offer()
  await server.rest()
  expect(server.said.slice(1)).toEqual(['good'])
  expect(server.failures).toMatchObject([{ seq: 3 }, { seq: 3 }])
})

test('a message that comes while a bot is busy waits for the end of it, and is in the same commit', async () => {
  let finish = () => {}
  const work = fromPromise(() => new Promise<void>((resolve) => (finish = resolve)))
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { work } }).createMachine({
    id: 'm',
    initial: 'working',
    states: {
      working: { invoke: { id: 'work', src: 'work', onDone: { target: 'idle', actions: say('done') } } },
      idle: { on: { message: { actions: say(({ event }) => event.text) } } },
    },
  })
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, overlap: 'burst' }))
  server.write('hi')
  await new Promise((resolve) => setImmediate(resolve))
  server.write('more')
  await new Promise((resolve) => setImmediate(resolve))
  finish()
  await server.rest()
  expect(server.said).toEqual(['done', 'more'])
  expect(server.commits).toHaveLength(1)
})

type Go = { type: 'go'; to: string }
const goes = (text: string): Go | undefined => (text.startsWith('go ') ? { type: 'go', to: text.slice(3) } : undefined)

/** Says what it hears, and goes from state to state, each of which wants something else. "done" ends it. */
const traveller = (own: Overlap = 'queue') => {
  const machine = setup({
    types: {} as { events: Heard<Go>; emitted: Said },
    actions: { repeat: say(({ event }) => (event.type === 'message' ? event.text.replaceAll('\n', ' / ') : '')) },
    guards: { to: ({ event }, to: string) => event.type === 'go' && event.to === to },
  }).createMachine({
    id: 'traveller',
    initial: 'silent',
    on: {
      message: { actions: 'repeat' },
      go: ['silent', 'burst', 'queue', 'patient', 'slow', 'over'].map((to) => ({
        target: `.${to}` as const,
        guard: { type: 'to' as const, params: to },
      })),
    },
    states: {
      silent: {},
      burst: { meta: overlap('burst') },
      queue: { meta: overlap('queue') },
      patient: { meta: overlap({ debounceMs: 1_000 }) },
      slow: { meta: overlap({ debounceMs: 3_000, longestMs: 4_000 }) },
      over: { type: 'final' },
    },
  })
  return new FakeServer(bot({ id: 'bot', version: 1, machine, recognise: goes, overlap: own }))
}

const processedBy = (server: FakeServer) => server.commits.map(({ processed }) => processed)

describe('a state that says something of it', () => {
  test('has bursts taken as one where the bot does not', async () => {
    const server = traveller()
    await server.says('hi')
    await server.says('go burst')
    await pile(server, 'two', 'large')
    expect([server.said, processedBy(server)]).toEqual([['two / large'], [1, 2, 4]])
  })

  test('has each message taken by itself where the bot takes bursts', async () => {
    const server = traveller('burst')
    await server.says('hi')
    await server.says('go queue')
    await pile(server, 'two', 'large')
    expect([server.said, processedBy(server)]).toEqual([
      ['two', 'large'],
      [1, 2, 3, 4],
    ])
  })

  test('decides from where it is entered on, within one lease', async () => {
    const server = traveller()
    await server.says('hi')
    await pile(server, 'a', 'b', 'go burst', 'c', 'd', 'go queue', 'e', 'f')
    expect(server.said).toEqual(['a', 'b', 'c / d', 'e', 'f'])
    expect(processedBy(server)).toEqual([1, 2, 3, 7, 8, 9])
  })

  test('ends the lease where it wants quiet, and gets the rest when it is quiet', async () => {
    const server = traveller('burst')
    await server.says('hi')
    await pile(server, 'a', 'go patient', 'b', 'c')
    expect([server.said, processedBy(server)]).toEqual([['a'], [1, 3]])
    server.clock.advance(999)
    await server.rest()
    expect(server.said).toEqual(['a'])
    server.clock.advance(1)
    await server.rest()
    expect(server.said).toEqual(['a', 'b / c'])
  })

  test('waits anew where the next one wants another quiet', async () => {
    const server = traveller()
    await server.says('hi')
    await server.says('go patient')
    server.write('a')
    server.write('go slow')
    server.write('b')
    server.clock.advance(1_000)
    await server.rest()
    expect(server.said).toEqual(['a'])
    server.clock.advance(2_000)
    await server.rest()
    expect(server.said).toEqual(['a', 'b'])
  })

  test('tells the server how long it waits, and that it does not; where it says nothing, the bot decides', async () => {
    const server = traveller({ debounceMs: 9_000 })
    await server.says('hi')
    for (const to of ['patient', 'slow', 'queue', 'silent', 'burst', 'over']) {
      await server.says(`go ${to}`)
      server.clock.advance(9_000)
      await server.rest()
    }
    expect(server.commits.map(({ debounce }) => debounce)).toEqual([
      undefined,
      { quietMs: 1_000 },
      { quietMs: 3_000, longestMs: 4_000 },
      null,
      undefined,
      null,
      undefined,
    ])
  })

  test('is asked again after a restart', async () => {
    const server = traveller()
    await server.says('hi')
    await server.says('go burst')
    await server.restart()
    await pile(server, 'two', 'large')
    expect(server.said).toEqual(['two / large'])
  })

  test('keeps what several people write apart', async () => {
    const server = traveller()
    await server.says('hi')
    await server.says('go burst')
    await pile(server, 'a', 'b', { from: 'ben', text: 'c' }, { from: 'ben', text: 'd' }, 'e')
    expect([server.said, processedBy(server)]).toEqual([
      ['a / b', 'c / d', 'e'],
      [1, 2, 7],
    ])
  })
})

const types2 = {} as { input: RunInput; events: Heard<Go>; emitted: Said }
const silentChild = setup({ types: types2 }).createMachine({ id: 'silent-child' })
const hastyChild = setup({ types: types2 }).createMachine({ id: 'hasty-child', meta: overlap('burst') })

/** What a bot of this machine tells the server of waiting after a first message. */
const waitOf = async (machine: Bot['machine'], ...more: readonly string[]) => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine: machine as never, recognise: goes as never }))
  await server.says('hi')
  for (const text of more) await server.says(text)
  await server.restart()
  await server.says('x')
  server.clock.advance(60_000)
  await server.rest()
  const [before, after] = server.commits.slice(-2)
  expect(after?.debounce).toEqual(before?.debounce)
  return after?.debounce
}

describe('of several states that say something', () => {
  const on = (ms: number) => ({ meta: overlap({ debounceMs: ms }) })

  test('the deepest decides', async () => {
    const machine = setup({ types }).createMachine({
      id: 'm',
      context: { first: '' },
      ...on(1),
      initial: 'a',
      states: { a: { ...on(2), initial: 'b', states: { b: on(3) } } },
    })
    expect(await waitOf(machine)).toEqual({ quietMs: 3 })
  })

  test('the first that is written decides of those that are as deep, also after a restart', async () => {
    const machine = setup({ types }).createMachine({
      id: 'm',
      context: { first: '' },
      type: 'parallel',
      states: { z: on(1), b: { initial: 'c', states: { c: {} } }, a: on(2) },
    })
    expect(await waitOf(machine)).toEqual({ quietMs: 1 })
  })

  test.each([
    ['what a machine says that was invoked goes before its parent', hastyChild, null],
    ['the parent decides where the one that it invoked says nothing', silentChild, { quietMs: 5 }],
  ])('%s', async (_, child, expected) => {
    const machine = setup({ types, actors: { child } }).createMachine({
      id: 'm',
      context: { first: '' },
      initial: 'a',
      states: { a: { ...on(5), invoke: { id: 'child', src: 'child', input: ({ context }) => context as never } } },
    })
    expect(await waitOf(machine)).toEqual(expected)
  })

  test('a conversation that waits to be come back to says nothing', async () => {
    const machine = conversations({
      id: 'm',
      conversations: { first: { machine: hastyChild, on: [] }, second: { machine: silentChild, on: ['go'] } },
      otherwise: 'first',
    })
    expect([await waitOf(machine), await waitOf(machine, 'go on')]).toEqual([null, undefined])
  })
})
