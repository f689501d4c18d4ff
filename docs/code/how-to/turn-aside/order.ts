import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

interface Order {
  size?: 'small' | 'large' | undefined
  count?: number | undefined
}

export const machine = setup({
  types: {} as { context: Order; events: Heard; emitted: Said },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    count: ask({ say: 'How many?', schema: z.int().min(1).max(20) }),
    right: ask({ say: 'Right?', schema: z.boolean() }),
  },
}).createMachine({
  id: 'order',
  context: {},
  initial: 'next',
  on: {
    cancel: '.cancelled',
    help: { actions: say('Answer the question, or say "cancel".') },
    correct: { target: '.next', actions: assign(({ event }) => ({ [event.slot]: undefined })) },
  },
  states: {
    next: {
      always: [
        { guard: ({ context }) => context.size === undefined, target: 'size' },
        { guard: ({ context }) => context.count === undefined, target: 'count' },
        { target: 'right' },
      ],
    },
    size: {
      invoke: {
        id: 'size',
        src: 'size',
        onDone: { target: 'next', actions: assign({ size: ({ event }) => event.output }) },
        onError: 'cancelled',
      },
    },
    count: {
      invoke: {
        id: 'count',
        src: 'count',
        onDone: { target: 'next', actions: assign({ count: ({ event }) => event.output }) },
        onError: 'cancelled',
      },
    },
    right: {
      entry: say(({ context }) => `${context.count} ${context.size}.`),
      invoke: { id: 'right', src: 'right', onDone: 'done', onError: 'cancelled' },
    },
    done: { type: 'final', entry: say('Ordered.') },
    cancelled: { type: 'final', entry: say('Nothing ordered.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
