import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { assign, setup } from 'xstate'
import * as z from 'zod/mini'
import { harness } from '../src/index.js'
import { echo } from './support/bots.js'

const machine = setup({
  types: {} as { input: RunInput; context: { count: number; by: string }; events: Heard; emitted: Said },
  actors: { pay: ask({ say: 'Which card?', schema: z.enum(['red', 'blue']) }) },
  delays: { hold: 15 * 60_000 },
}).createMachine({
  id: 'shop',
  context: ({ input }) => ({ count: 1, by: input.client }),
  entry: say('Welcome.'),
  initial: 'browsing',
  states: {
    browsing: { on: { message: 'buying' } },
    buying: {
      initial: 'counting',
      entry: say(({ context }) => `${context.count} for ${context.by}.`),
      after: { hold: { target: 'over', actions: say('Too late.') } },
      states: {
        counting: {
          entry: say('How many?'),
          on: { message: { target: 'paying', actions: assign({ count: ({ event }) => Number(event.text) }) } },
        },
        paying: { invoke: { id: 'pay', src: 'pay', onDone: { actions: say(({ event }) => `By ${event.output}.`) } } },
      },
    },
    over: { type: 'final' },
  },
})
const shop = bot({ id: 'shop', version: 1, machine })

const both = setup({
  types: {} as { input: RunInput; events: Heard<{ type: 'on' }>; emitted: Said },
}).createMachine({
  id: 'both',
  type: 'parallel',
  states: {
    lamp: { initial: 'dark', states: { dark: {}, lit: { entry: say('Light.') } } },
    door: { initial: 'shut', states: { shut: { entry: say('Shut.') }, open: { entry: say('Open.') } } },
  },
})

describe('a conversation that starts in the midst of something', () => {
  test('is in that state, has asked what it asks there, and takes the answer', async () => {
    const startAt = { state: { buying: 'paying' }, context: { count: 3, by: 'ana' } } as const
    await using chat = await harness({ bot: shop, startAt })
    const ana = chat.user('ana')
    await ana.toHear('3 for ana.')
    await ana.toHear('Which card?')
    chat.bot.toBeInState({ buying: 'paying' })
    await ana.presses('blue')
    await ana.toHear('By blue.')
  })

  test('goes on after a restart of the bot', async () => {
    const startAt = { state: { buying: 'counting' }, context: { count: 3, by: 'ana' } } as const
    await using chat = await harness({ bot: shop, startAt })
    const ana = chat.user('ana')
    await ana.toHearInAnyOrder('3 for ana.', 'How many?')
    await chat.restartBot()
    await ana.says('7')
    await ana.toHear('Which card?')
  })

  test('may name an outer state, and leave the context to the machine', async () => {
    await using chat = await harness({ bot: shop, startAt: { state: 'buying' } })
    const ana = chat.user('ana')
    await ana.toHear('1 for ana.')
    await ana.toHear('How many?')
  })

  test('has its timers from then on', async () => {
    await using chat = await harness({ bot: shop, startAt: { state: 'buying' } })
    const ana = chat.user('ana')
    await ana.toHearInAnyOrder('1 for ana.', 'How many?')
    chat.bot.toHaveScheduled('hold', { in: '15m' })
    await ana.toHearNothing({ for: '899s' })
    await chat.advance('1s')
    await ana.toHear('Too late.')
  })

  test('begins at the beginning once it has ended', async () => {
    await using chat = await harness({ bot: shop, startAt: { state: 'buying' } })
    const ana = chat.user('ana')
    await chat.advance('15m')
    await ana.toHearInAnyOrder('1 for ana.', 'How many?', 'Too late.')
    await ana.says('hello')
    await ana.toHear('Welcome.')
  })

  test('is that of each person, with a context of its own', async () => {
    const startAt = { state: { buying: 'counting' }, context: { count: 3, by: 'all' } } as const
    await using chat = await harness({ bot: shop, startAt })
    for (const name of ['ana', 'ben']) await chat.user(name).toHearInAnyOrder('3 for all.', 'How many?')
    await chat.user('ana').says('4')
    await chat.user('ana').toHear('Which card?')
    chat.bot.toBeInState({ buying: 'counting' }, { with: 'ben' })
  })

  test('may be in several regions, those that are not named at their beginning', async () => {
    const bothBot = bot({ id: 'both', version: 1, machine: both })
    await using chat = await harness({ bot: bothBot, startAt: { state: { lamp: 'lit' } } })
    await chat.user('ana').toHearInAnyOrder('Light.', 'Shut.')
    chat.bot.toBeInState({ lamp: 'lit', door: 'shut' })
  })

  test('is one with the first bot alone', async () => {
    await using chat = await harness({ bots: [shop, echo], startAt: { state: 'buying' } })
    const ana = chat.user('ana')
    await ana.toHearInAnyOrder('1 for ana.', 'How many?')
    await ana.says('hi', { to: 'echo' })
    await ana.toHear('Hello.', { from: 'echo' })
  })

  test('keeps out of what people see: no transcript shows how it began', async () => {
    await using chat = await harness({ bot: shop, startAt: { state: 'buying' } })
    const ana = chat.user('ana')
    const failure = await ana.toHear('Goodbye.').catch((error) => error)
    expect(failure.message).toContain('Transcript:\n  0s  shop< 1 for ana.   <- not heard by ana\n')
  })

  test('has to be one that there is', async () => {
    // @ts-expect-error there is no such state
    const elsewhere = harness({ bot: shop, startAt: { state: { buying: 'dancing' } } })
    await expect(elsewhere).rejects.toThrow('The state "buying" has no state "dancing", but counting, paying')
    // @ts-expect-error the context is of another shape
    await (await harness({ bot: shop, startAt: { state: 'over', context: { count: 'many' } } })).close()
  })
})
