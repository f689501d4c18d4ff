import { bot, fill, type Heard, type HeardMessage, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

/** What is asked for: each field that is missing, in its turn. */
const Order = z.object({
  drink: z.enum(['coffee', 'tea', 'cocoa']),
  count: z.int().min(1).max(9),
})
type Order = z.output<typeof Order>

const machine = setup({
  types: {} as {
    input: RunInput
    context: { first: HeardMessage; order?: Order }
    events: Heard
    emitted: Said
    output: Order | undefined
  },
  actors: {
    order: fill({
      schema: Order,
      ask: { drink: 'What would you like to drink?', count: 'How many?' },
      confirm: ({ count, drink }) => `${count} × ${drink}. Right?`,
      reminder: { after: 10 * 60_000, say: 'Are you still there?' },
    }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ first: input.message }),
  entry: say('Hello!'),
  initial: 'asking',
  output: ({ context }) => context.order,
  on: { cancel: '.cancelled' },
  states: {
    asking: {
      invoke: {
        id: 'order',
        src: 'order',
        // The message that began the conversation may say what is wanted.
        input: ({ context }) => ({ message: context.first }),
        onDone: { target: 'done', actions: assign({ order: ({ event }) => event.output }) },
        onError: 'cancelled',
      },
    },
    done: {
      type: 'final',
      entry: say(({ context }) => `Here you are: ${context.order?.count} × ${context.order?.drink}.`),
    },
    cancelled: { type: 'final', entry: say('Goodbye.') },
  },
})

export const order = bot({ id: '{{name}}', version: 1, machine })
