import { bot, type FailedHeard, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, fromPromise, setup } from 'xstate'
import { tellDesk } from './desk.js'

const machine = setup({
  types: {} as { context: { failure?: FailedHeard }; events: Heard; emitted: Said },
  guards: {
    isOutOfStock: ({ event }) => event.type === 'failed' && event.cause.startsWith('OutOfStock:'),
  },
  actors: { tellDesk: fromPromise<void, FailedHeard | undefined>(({ input }) => tellDesk(input?.cause)) },
}).createMachine({
  id: 'shop',
  context: {},
  initial: 'ordering',
  states: {
    ordering: {
      on: {
        failed: [
          { guard: 'isOutOfStock', target: 'waiting', actions: say('We have none left. I will tell you when we do.') },
          { target: 'tellingDesk', actions: assign({ failure: ({ event }) => event }) },
        ],
      },
    },
    tellingDesk: {
      invoke: {
        id: 'tellDesk',
        src: 'tellDesk',
        input: ({ context }) => context.failure,
        onDone: { target: 'waiting', actions: say('Our desk knows of it, and will write to you.') },
        onError: { target: 'waiting', actions: say('Please call our desk.') },
      },
    },
    waiting: {},
  },
})

export const shop = bot({ id: 'shop-bot', version: 1, machine })
