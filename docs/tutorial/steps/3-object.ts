import { bot, fill, type Heard, type HeardMessage, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

const Order = z.object({
  dish: z.enum(['pizza', 'lasagne', 'salad']),
  count: z.int().min(1).max(numbers.length),
  size: z.enum(['small', 'medium', 'large']).optional(),
  address: z.string().trim().min(5),
})
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
      find: { address: (text) => /\bto (\d+\w? .+?)(?:,? please)?[.!]?$/i.exec(text)?.[1] },
      confirm: (order) => `So that is ${summary(order)}. Shall I order it?`,
    }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ first: input.message }),
  entry: say('Welcome.'),
  initial: 'asking',
  output: ({ context }) => context.order,
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
    expired: { type: 'final', entry: say('I stop here. Write again whenever you like.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
