import { ask, bot, type Heard, type Said, say, texts } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

interface Order {
  size?: string
  count?: number
  when?: string
}

const machine = setup({
  types: {} as { context: Order; events: Heard; emitted: Said },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    count: ask({ say: 'How many?', schema: z.int().min(1).max(20) }),
    when: ask({ say: 'When?', schema: z.iso.datetime({ offset: true }) }),
  },
}).createMachine({
  id: 'order',
  context: {},
  initial: 'size',
  states: {
    size: {
      invoke: {
        id: 'size',
        src: 'size',
        onDone: { target: 'count', actions: assign({ size: ({ event }) => event.output }) },
        onError: 'givenUp',
      },
    },
    count: {
      invoke: {
        id: 'count',
        src: 'count',
        onDone: { target: 'when', actions: assign({ count: ({ event }) => event.output }) },
        onError: 'givenUp',
      },
    },
    when: {
      invoke: {
        id: 'when',
        src: 'when',
        onDone: { target: 'done', actions: assign({ when: ({ event }) => event.output }) },
        onError: 'givenUp',
      },
    },
    done: { type: 'final', entry: say(({ context }) => `${context.count} ${context.size}, ${context.when}.`) },
    givenUp: { type: 'final', entry: say('Let us leave it.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine, timeZone: 'Europe/Vienna' })

const text = texts({ en: { whichSize: 'Which size?', small: 'A small one', large: 'A large one' } })

/** The variants of the page. */
export const variants = {
  ownWords: {
    count: ask({
      say: 'How many?',
      schema: z.int().min(1).max(20),
      retry: { max: 2, say: (wrong, { expected }) => `${wrong}? I need ${expected}.` },
    }),
  },
  patience: {
    count: ask({ say: 'How many?', schema: z.int(), timeout: 24 * 3_600_000 }),
  },
  offered: {
    size: ask({
      say: text('whichSize'),
      schema: z.enum(['s', 'l']),
      choices: [
        { label: text('small'), value: 's' },
        { label: text('large'), value: 'l' },
      ],
    }),
    colour: ask({ say: 'Which colour?', schema: z.string(), choices: ['red', 'green'] }),
  },
  optional: {
    note: ask({ say: 'Anything else?', schema: z.string(), optional: true, help: 'For the cook. Or say "skip".' }),
  },
}
