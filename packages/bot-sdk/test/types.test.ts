import { ask, bot, type Heard, migrations, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { expect, expectTypeOf, test } from 'vitest'
import { assign, type OutputFrom, setup } from 'xstate'
import { z } from 'zod'

/** The compiler checks this file; running it proves that the definitions can be made. */
test('a question gives its answer the type of its schema', () => {
  setup({
    types: {} as { context: { size: 'small' | 'large'; count: number; sure: boolean }; events: Heard; emitted: Said },
    actors: {
      size: ask({ say: 'Size?', schema: z.enum(['small', 'large']) }),
      count: ask({ say: 'How many?', schema: z.coerce.number() }),
      sure: ask({ say: 'Sure?', schema: z.stringbool() }),
    },
  }).createMachine({
    id: 'typed',
    context: { size: 'small', count: 1, sure: false },
    initial: 'size',
    states: {
      size: {
        invoke: {
          id: 'size',
          src: 'size',
          onDone: { target: 'count', actions: assign({ size: ({ event }) => event.output }) },
        },
      },
      count: {
        invoke: {
          id: 'count',
          src: 'count',
          onDone: [
            {
              guard: ({ event }) => event.output > 1,
              // @ts-expect-error the count is a number, the size a word
              actions: assign({ size: ({ event }) => event.output }),
            },
            { target: 'sure' },
          ],
        },
      },
      sure: {
        invoke: {
          id: 'sure',
          src: 'sure',
          onDone: { actions: ({ event }) => expectTypeOf(event.output).toEqualTypeOf<boolean>() },
        },
      },
    },
  })
})

test('the answer to a question that may be left out may be missing', () => {
  const note = ask({ say: 'A note?', schema: z.string(), optional: true })
  expectTypeOf<OutputFrom<typeof note>>().toEqualTypeOf<string | undefined>()
  const name = ask({ say: 'Name?', schema: z.string() })
  expectTypeOf<OutputFrom<typeof name>>().toEqualTypeOf<string>()
})

test('what is said knows context and event', () => {
  setup({
    types: {} as { context: { name: string }; events: Heard<{ type: 'rename'; name: string }>; emitted: Said },
  }).createMachine({
    id: 'typed',
    context: { name: 'Ana' },
    entry: say(({ context }) => `Hello, ${context.name}.`),
    on: {
      rename: { actions: say(({ event }) => `Hello, ${event.name}.`) },
      message: { actions: [say(({ event }) => event.message.from), say('Thanks.')] },
      // @ts-expect-error a cancel carries no text
      cancel: { actions: say(({ event }) => event.text) },
      // @ts-expect-error nobody can say this to the bot
      refund: { actions: say('No.') },
      // @ts-expect-error the context knows no surname
      help: { actions: say(({ context }) => context.surname) },
    },
  })
})

const greeter = setup({
  types: {} as { context: { client: string }; events: Heard<{ type: 'wave' }>; emitted: Said; input: RunInput },
}).createMachine({
  id: 'greeter',
  context: ({ input }) => ({ client: input.client }),
  initial: 'idle',
  states: { idle: { on: { wave: 'waving' } }, waving: {} },
})

test('a bot recognises only the events of its machine', () => {
  bot({
    id: 'greeter',
    version: 1,
    machine: greeter,
    recognise: (text) => (text === 'o/' ? { type: 'wave' } : undefined),
  })
  bot({
    id: 'greeter',
    version: 1,
    machine: greeter,
    // @ts-expect-error the machine knows no such event
    recognise: () => ({ type: 'wink' }),
  })
})

test('states are known by name', () => {
  type States = Parameters<ReturnType<(typeof greeter)['resolveState']>['matches']>[0]
  expectTypeOf<States>().toEqualTypeOf<'idle' | 'waving'>()
  // @ts-expect-error there is no such state
  greeter.resolveState({ value: 'idle', context: { client: 'ana' } }).matches('gone')
})

test('a machine whose input no conversation can give is no bot', () => {
  const machine = setup({ types: {} as { input: { planet: string } } }).createMachine({ id: 'stranger' })
  // @ts-expect-error a conversation gives no planet
  bot({ id: 'stranger', version: 1, machine })
})

const ordering = setup({ types: {} as { context: { count: number }; events: Heard; emitted: Said } }).createMachine({
  id: 'order',
  context: { count: 0 },
  initial: 'ordering',
  states: { ordering: {}, paying: { initial: 'card', states: { card: {} } } },
})

test('a migration knows what its version has stored, and what the next one takes', () => {
  const migrate = migrations(ordering, {
    1: {
      context: z.object({ pizzas: z.number() }),
      value: ['counting', 'done'],
      to: ({ value, context }) => {
        expectTypeOf(value).toEqualTypeOf<'counting' | 'done'>()
        expectTypeOf(context).toEqualTypeOf<{ pizzas: number }>()
        return { value: 'asking', context: { n: context.pizzas } }
      },
    },
    2: {
      context: z.object({ n: z.number() }),
      value: ['asking', { paying: 'cash' }],
      to: ({ value, context }) => ({
        value: value === 'asking' ? 'ordering' : { paying: 'card' },
        context: { count: context.n },
      }),
    },
  })
  bot({ id: 'order', version: 3, machine: ordering, migrate })
})

test('a migration to what the next version does not take is none', () => {
  migrations(ordering, {
    1: {
      context: z.object({ pizzas: z.number() }),
      value: ['counting'],
      // @ts-expect-error version 2 counts with a number
      to: ({ context }) => ({ value: 'asking', context: { n: `${context.pizzas}` } }),
    },
    2: {
      context: z.object({ n: z.number() }),
      value: ['asking'],
      // @ts-expect-error the machine has no such state
      to: ({ context }) => ({ value: 'gone', context: { count: context.n } }),
    },
    5: {
      context: z.object({ m: z.number() }),
      value: ['asking'],
      // @ts-expect-error the machine wants a count
      to: () => ({ value: 'ordering', context: {} }),
    },
  })
  migrations(ordering, {
    1: {
      context: z.object({ pizzas: z.number() }),
      value: ['counting'],
      // @ts-expect-error that version has stored no cakes
      to: ({ context }) => ({ value: 'ordering', context: { count: context.cakes } }),
    },
  })
})

test('a migration may write states and literals as they are', () => {
  const machine = setup({
    types: {} as { context: { items: string[]; size: { of: 'small' | 'large'; each: number[] } }; events: Heard },
  }).createMachine({
    id: 'order',
    context: { items: [], size: { of: 'small', each: [] } },
    initial: 'asking',
    states: { asking: { initial: 'first', states: { first: {} } }, done: {} },
  })
  const context = { items: ['pizza'], size: { of: 'large' as const, each: [1] } }
  bot({
    id: 'a',
    version: 2,
    machine,
    migrate: ({ version }) =>
      version === 1
        ? { value: { asking: 'first' }, context: { items: ['pizza'], size: { of: 'large', each: [1] } } }
        : undefined,
  })
  // @ts-expect-error: the machine has no such state
  bot({ id: 'a', version: 2, machine, migrate: () => ({ value: 'ended', context }) })
  // @ts-expect-error: there is no such size
  bot({ id: 'a', version: 2, machine, migrate: () => ({ value: 'done', context: { ...context, size: 'huge' } }) })
  expect(bot({ id: 'a', version: 2, machine, migrate: () => ({ value: 'done', context }) }).version).toBe(2)
})
