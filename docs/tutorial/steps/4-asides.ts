import { bot, fill, type Heard, type HeardMessage, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

const Order = z
  .object({
    dish: z.enum(['pizza', 'lasagne', 'salad']),
    count: z.int().min(1).max(numbers.length),
    size: z.enum(['small', 'medium', 'large']).optional(),
    address: z.string().trim().min(5),
  })
  .refine(({ dish, size }) => dish !== 'salad' || !size, { message: 'Our salads have one size.', path: ['size'] })
type Order = z.output<typeof Order>

const summary = ({ count, size, dish, address }: Order) =>
  `${numbers[count - 1]} ${size ? `${size} ` : ''}${dish}${count === 1 ? '' : 's'} to ${address}`

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
      ask: { dish: 'What would you like?', count: 'How many?', address: 'Where to?' },
      labels: { count: 'number', dish: 'order', address: ['place', 'street'] },
      find: { address: (text) => /\bto (\d+\w? .+?)(?:,? please)?[.!]?$/i.exec(text)?.[1] },
      help: {
        dish: 'Pizza and lasagne are small, medium or large. Say all at once, if you like: "two large pizzas to 12 Hill Road".',
        address: 'A street and a number, such as "12 Hill Road".',
      },
      confirm: (order) => `So that is ${summary(order)}. Shall I order it?`,
    }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ first: input.message }),
  entry: say('Welcome.'),
  initial: 'asking',
  output: ({ context }) => context.order,
  on: { cancel: '.cancelled' },
  states: {
    asking: {
      invoke: {
        id: 'order',
        src: 'order',
        input: ({ context }) => ({ message: context.first }),
        onDone: { target: 'done', actions: assign({ order: ({ event }) => event.output }) },
        onError: 'expired',
      },
    },
    done: {
      type: 'final',
      entry: say(({ context }) => (context.order ? `Ordered: ${summary(context.order)}. Enjoy your meal!` : '')),
    },
    cancelled: { type: 'final', entry: say('Cancelled.') },
    expired: { type: 'final', entry: say('I stop here. Write again whenever you like.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
