import { ask, conversations, fill, type Heard, patterns, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { and, assign, fromPromise, not, raise, setup } from 'xstate'
import * as z from 'zod/mini'
import { idsOf, walked } from './support/walked.js'

const types = {} as { input: RunInput; context: { count: number }; events: Heard; emitted: Said }
const base = setup({
  types,
  guards: {
    isYes: ({ event }) => 'text' in event && event.text === 'yes',
    isMany: ({ context }) => context.count > 1,
    isEven: ({ context }) => context.count % 2 === 0,
  },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
  delays: { aDay: 86_400_000 },
})
const context = { count: 0 }

test('states and transitions are reached as they are entered and taken, and counted', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'a',
    states: { a: { on: { message: 'b' } }, b: { on: { message: 'a', help: 'c' } }, c: {} },
  })
  const { counts, missed } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('on')
    await ana.says('back')
    await ana.says('on')
  })
  expect(missed).toEqual(['m: c', 'm: b, help → c'])
  expect(Object.fromEntries(counts)).toEqual({
    'm: a': 2,
    'm: b': 2,
    'm: a, message → b': 2,
    'm: b, message → a': 1,
  })
})

test('with regions, nested states and their ends, each is reached by itself', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'both',
    states: {
      both: {
        type: 'parallel',
        onDone: 'over',
        states: {
          left: { initial: 'a', states: { a: { on: { message: 'end' } }, end: { type: 'final' } } },
          right: {
            initial: 'b',
            states: { b: { on: { message: [{ guard: 'isYes', target: 'end' }] } }, end: { type: 'final' } },
          },
        },
      },
      over: {},
    },
  })
  const before = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('no')
  })
  expect(before.missed).toEqual([
    'm: both.right.end',
    'm: over',
    'm: both, onDone → over',
    'm: both.right.b, message → both.right.end',
    'm: both.right.b, message → both.right.end, if isYes is true',
  ])
  const after = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('no')
    await ana.says('yes')
  })
  expect(after.missed).toEqual([])
})

test('what is remembered is reached again, and an event that no state names by a wildcard', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'on',
    states: {
      on: {
        initial: 'one',
        states: { one: { on: { message: 'two' } }, two: {}, last: { type: 'history' } },
        on: { '*': 'off' },
      },
      off: { on: { message: 'on.last' } },
    },
  })
  const { missed, counts } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('two')
    await ana.says('off')
    await ana.says('on')
  })
  expect(missed).toEqual([])
  // Once as it was gone to, and once as it was remembered.
  expect([counts.get('m: on.one'), counts.get('m: on.two')]).toEqual([1, 2])
})

test('delays are reached when they are over', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'waiting',
    states: { waiting: { after: { aDay: 'late', 900000: { actions: 'count' } } }, late: {} },
  })
  const early = await walked(machine, async (ana, chat) => {
    await ana.says('hello')
    await chat.advance('15m')
  })
  expect(early.missed).toEqual(['m: late', 'm: waiting, after aDay → late'])
  const late = await walked(machine, async (ana, chat) => {
    await ana.says('hello')
    await chat.advance('1d')
  })
  expect(late.missed).toEqual([])
})

test('what a machine does by itself is reached, from its very beginning on, and its guards said no where it stays', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'first',
    states: {
      first: { always: [{ guard: 'isMany', target: 'many' }, { target: 'few' }] },
      few: { on: { message: { actions: 'count' } }, always: { guard: 'isMany', target: 'many' } },
      many: {},
    },
  })
  const begun = await walked(machine, (ana) => ana.says('hello'))
  expect(begun.reached).toEqual([
    'm: first',
    'm: few',
    'm: first, always #2 → few',
    'm: first, always #1 → many, if isMany is false',
    'm: few, always → many, if isMany is false',
  ])
  const all = await walked(machine, async (ana) => {
    for (const text of ['hello', 'one', 'two']) await ana.says(text)
  })
  expect(all.missed).toEqual(['m: first, always #1 → many', 'm: first, always #1 → many, if isMany is true'])
})

test('guards of states that an event passed by on its way out have said no, and those after the one that took it nothing', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'outer',
    on: { message: [{ guard: 'isMany', target: '.far' }, { guard: not('isYes'), actions: 'count' }, '.far'] },
    states: {
      outer: { initial: 'inner', states: { inner: { on: { message: { guard: 'isYes', target: '#far' } } } } },
      far: { id: 'far' },
    },
  })
  const { reached } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('no')
  })
  expect(reached.filter((id) => id.includes(' if '))).toEqual([
    'm: (root), message #1 → far, if isMany is false',
    'm: (root), message #2, if not(isYes) is true',
    'm: (root), message #2, if isYes (1) is false',
    'm: outer.inner, message → far, if isYes is false',
  ])
})

test('parts of a guard are reached as they are asked: the second of "and" only where the first says yes', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'a',
    states: {
      a: { on: { message: [{ guard: and(['isMany', 'isEven']), target: 'b' }, { actions: 'count' }] } },
      b: {},
    },
  })
  const guards = async (...texts: string[]) => {
    const { missed } = await walked(machine, async (ana) => {
      for (const text of ['hello', ...texts]) await ana.says(text)
    })
    return missed.filter((id) => id.includes(' if '))
  }
  expect(await guards('0')).toEqual([
    'm: a, message #1 → b, if and(isMany, isEven) is true',
    'm: a, message #1 → b, if isMany (1) is true',
    'm: a, message #1 → b, if isEven (2) is true',
    'm: a, message #1 → b, if isEven (2) is false',
  ])
  expect(await guards('0', '1', '2')).toEqual(['m: a, message #1 → b, if isEven (2) is false'])
})

test('a guard that kept an event from a machine has said no, whoever took it then, or if nobody did', async () => {
  const inner = base.createMachine({
    id: 'inner',
    context,
    initial: 'a',
    states: { a: { on: { message: 'b' } }, b: {} },
  })
  const machine = setup({ types, actors: { inner } }).createMachine({
    id: 'outer',
    context,
    initial: 'on',
    on: { message: { guard: ({ event }) => event.text === 'stop', target: '.off' } },
    states: { on: { invoke: { src: 'inner', input: {} as RunInput } }, off: {} },
  })
  const asked = 'outer: (root), message → off, if its guard is'
  const taken = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('on')
  })
  expect(taken.reached).toContain(`${asked} false`)
  expect(taken.missed).toContain(`${asked} true`)
  const ignored = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('on')
    await ana.says('on')
  })
  expect(ignored.counts.get(`${asked} false`)).toBeGreaterThan(1)
})

test('invoked machines and promises are reached, as they come to an end and as they fail', async () => {
  const inner = base.createMachine({
    id: 'inner',
    context,
    initial: 'a',
    states: { a: { on: { message: 'b' } }, b: { type: 'final' } },
  })
  const machine = setup({
    types,
    actors: { inner, work: fromPromise(async () => Promise.reject(new Error('no'))) },
  }).createMachine({
    id: 'outer',
    context,
    initial: 'one',
    states: {
      one: { invoke: { id: 'inner', src: 'inner', input: {} as RunInput, onDone: 'two' } },
      two: { invoke: { id: 'work', src: 'work', onDone: 'three', onError: 'failed' } },
      three: {},
      failed: {},
    },
  })
  const { missed } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('on')
  })
  expect(missed).toEqual(['outer: three', 'outer: two, onDone of work → three'])
})

test('what a machine raises for itself is reached', async () => {
  const machine = setup({
    types: {} as Omit<typeof types, 'events'> & { events: Heard<{ type: 'more' }> },
  }).createMachine({
    id: 'm',
    context,
    initial: 'a',
    states: {
      a: { on: { message: { actions: raise({ type: 'more' }) }, more: 'b' } },
      b: {},
    },
  })
  const { missed } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.says('on')
  })
  expect(missed).toEqual([])
})

test('choices are reached as a question is answered with them: pressed, written, or told with others', async () => {
  const machine = setup({
    types,
    actors: {
      size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
      order: fill({
        schema: z.object({ dish: z.enum(['pizza', 'salad']), extra: z.enum(['cheese', 'olives']) }),
        ask: { dish: 'What?', extra: 'With what?' },
      }),
    },
  }).createMachine({
    id: 'm',
    context,
    initial: 'one',
    states: {
      one: { invoke: { id: 'size', src: 'size', onDone: 'two' } },
      two: { invoke: { id: 'order', src: 'order', onDone: 'over' } },
      over: { type: 'final' },
    },
  })
  const { reached, missed } = await walked(machine, async (ana) => {
    await ana.says('hello')
    await ana.presses('large')
    await ana.says('a pizza with olives')
  })
  expect(reached.filter((id) => id.includes(' is '))).toEqual([
    'm: size is large',
    'm: order.dish is pizza',
    'm: order.extra is olives',
  ])
  expect(missed).toEqual(['m: size is small', 'm: order.dish is salad', 'm: order.extra is cheese'])
})

test('it is reached to begin a conversation in the midst of another one', async () => {
  const part = (id: string) =>
    setup({ types }).createMachine({
      id,
      context,
      initial: 'on',
      states: { on: { on: { message: {} } } },
      entry: say(id),
    })
  const machine = conversations({
    id: 'support',
    conversations: {
      hours: { machine: part('hours'), on: ['hours'] },
      problem: { machine: part('problem'), on: ['problem'] },
    },
    otherwise: 'problem',
  })
  const { missed } = await walked(
    machine,
    async (ana) => {
      await ana.says('hello')
      await ana.says('open')
    },
    { understand: [patterns({ intents: { hours: ['open'], problem: ['broken'] } })] },
  )
  expect(missed).toEqual(['support: problem begins problem'])
})

test('a conversation that starts in the midst, and one that goes on after a restart, reach the same targets', async () => {
  const machine = base.createMachine({
    id: 'm',
    context,
    initial: 'a',
    states: { a: { on: { message: 'b' } }, b: { on: { message: 'c' } }, c: {} },
  })
  const { missed } = await walked(machine, async (ana, chat) => {
    await ana.says('hello')
    await ana.says('b')
    await chat.restartBot()
    await ana.says('c')
  })
  expect(missed).toEqual([])
  expect(idsOf(machine, 'state')).toHaveLength(3)
})
