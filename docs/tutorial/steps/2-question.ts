import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const Dish = z.enum(['pizza', 'lasagne', 'salad'])
type Dish = z.output<typeof Dish>

const machine = setup({
  types: {} as { context: { dish?: Dish }; events: Heard; emitted: Said },
  actors: {
    dish: ask({ say: 'What would you like?', schema: Dish }),
  },
}).createMachine({
  id: 'order',
  context: {},
  entry: say('Welcome.'),
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        id: 'dish',
        src: 'dish',
        onDone: { target: 'done', actions: assign({ dish: ({ event }) => event.output }) },
        onError: 'expired',
      },
    },
    done: { type: 'final', entry: say(({ context }) => `Ordered: a ${context.dish}. Enjoy your meal!`) },
    expired: { type: 'final', entry: say('I stop here. Write again whenever you like.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
