import { ask, bot, choices, fill, type Heard, type RunInput, type Said } from '@daakia/bot-sdk'
import { expectTypeOf, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import * as z from 'zod/mini'
import { type BotUnderTest, type DelayOf, harness, type KnownChoiceOf, type StartOf, type User } from '../src/index.js'

const types = {} as { input: RunInput; context: { count: number }; events: Heard; emitted: Said }

const sizing = setup({
  types,
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    order: fill({
      schema: z.object({
        dish: z.enum(['pizza', 'salad']),
        address: z.string(),
        extra: z.optional(z.literal('cheese')),
      }),
      ask: { dish: 'What?', address: 'Where to?' },
    }),
    name: ask({ say: 'Your name?', schema: z.string() }),
    look: fromPromise(async () => 'found' as const),
  },
  delays: { hold: 1_000, wait: 2_000 },
}).createMachine({
  id: 'sizing',
  context: { count: 1 },
  initial: 'asking',
  states: { asking: { initial: 'size', states: { size: {}, name: {} } }, done: {} },
})

test('what questions offer is known: of one, and of the fields of an object', () => {
  expectTypeOf<KnownChoiceOf<typeof sizing>>().toEqualTypeOf<'small' | 'large' | 'pizza' | 'salad' | 'cheese'>()
})

test('what machines offer that a machine starts is known, and what else its actors answer is no choice', () => {
  const machine = setup({ types, actors: { sizing } }).createMachine({ id: 'outer', context: { count: 1 } })
  expectTypeOf<KnownChoiceOf<typeof machine>>().toEqualTypeOf<'small' | 'large' | 'pizza' | 'salad' | 'cheese'>()
})

test('what is shown otherwise can be pressed as well', () => {
  const plain = setup({ types }).createMachine({
    id: 'plain',
    context: { count: 1 },
    entry: choices({ text: 'Which?', choices: ['one'] }),
  })
  expectTypeOf<KnownChoiceOf<typeof plain>>().toEqualTypeOf<never>()
  expectTypeOf<User<typeof plain>['presses']>().toBeCallableWith('one')
  expectTypeOf<User<typeof plain>['presses']>().toBeCallableWith(1)
  expectTypeOf<User<typeof sizing>['presses']>().toBeCallableWith('small')
})

test('who presses nothing but what is known, and what the author adds, is a person of a narrower type', async () => {
  await using chat = await harness({ bot: bot({ id: 'sizing', version: 1, machine: sizing }) })
  type Choice = KnownChoiceOf<typeof sizing> | 'Pay'
  const ana: User<typeof sizing, Choice> = chat.user('ana')
  const phone = ana.device('phone')
  expectTypeOf<Parameters<typeof ana.presses>[0]>().toEqualTypeOf<Choice | number | boolean>()
  expectTypeOf<'calzone'>().not.toExtend<Parameters<typeof ana.presses>[0]>()
  // @ts-expect-error there is no such choice
  const pressing = () => phone.presses('calzone')
  expectTypeOf(pressing).returns.toEqualTypeOf<Promise<void>>()
})

test('the people of a chat know the choices of the first bot, which knows its states, delays and context', async () => {
  await using chat = await harness({ bot: bot({ id: 'sizing', version: 1, machine: sizing }) })
  expectTypeOf(chat.user('ana')).toEqualTypeOf<User<typeof sizing>>()
  expectTypeOf(chat.bot).toEqualTypeOf<BotUnderTest<typeof sizing>>()
  expectTypeOf<DelayOf<typeof sizing>>().toEqualTypeOf<'hold' | 'wait'>()
  expectTypeOf<{ state: { asking: 'size' }; context: { count: 2 } }>().toExtend<StartOf<typeof sizing>>()
  expectTypeOf<{ state: { asking: 'age' } }>().not.toExtend<StartOf<typeof sizing>>()
  expectTypeOf<{ state: 'done'; context: { count: 'two' } }>().not.toExtend<StartOf<typeof sizing>>()
})
