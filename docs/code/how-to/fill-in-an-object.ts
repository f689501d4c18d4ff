import { bot, fill, type Heard, type HeardMessage, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

interface Order {
  size: 'small' | 'medium' | 'large'
  count: number
  when?: string | undefined
  address: string
}

const machine = setup({
  types: {} as { input: RunInput; context: { first: HeardMessage; order?: Order }; events: Heard; emitted: Said },
  actors: {
    order: fill({
      schema: z
        .object({
          size: z.enum(['small', 'medium', 'large']),
          count: z.int().min(1).max(20),
          when: z.iso.date().optional(),
          address: z.string().min(5),
        })
        .refine(({ size, count }) => size !== 'large' || count <= 10, {
          message: 'We have ten large ones at most.',
          path: ['count'],
        }),
      ask: { size: 'Which size?', count: 'How many?', address: 'Where to?' },
      labels: { address: ['place', 'street'] },
      find: { address: (text) => /\bto (.+)/i.exec(text)?.[1] },
      help: { address: 'A street and a number.' },
      reminder: { after: 10 * 60_000, say: 'Are you still there?' },
      timeout: 24 * 3_600_000,
      confirm: ({ size, count, address }) => `${count} ${size} to ${address}. Right?`,
    }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ first: input.message }),
  initial: 'filling',
  states: {
    filling: {
      invoke: {
        id: 'order',
        src: 'order',
        input: ({ context }) => ({ message: context.first }),
        onDone: { target: 'done', actions: assign({ order: ({ event }) => event.output }) },
        onError: 'givenUp',
      },
    },
    done: { type: 'final', entry: say('Ordered.') },
    givenUp: { type: 'final', entry: say('Let us leave it.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
