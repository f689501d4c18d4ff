import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'
import { bookCourier, gramsOf } from './courier.js'

const machine = setup({
  types: {} as { events: Heard; emitted: Said },
  delays: { patience: 30_000 },
  actors: { book: fromPromise<void, number>(({ input }) => bookCourier(input)) },
}).createMachine({
  id: 'delivery',
  initial: 'asking',
  entry: say('What shall we bring?'),
  on: {
    failed: { target: '.trouble', actions: say('That went wrong on our side. Shall somebody call you?') },
  },
  states: {
    asking: { on: { message: 'booking' } },
    booking: {
      invoke: {
        id: 'book',
        src: 'book',
        input: ({ event }) => gramsOf(event.type === 'message' ? event.text : ''),
        onDone: { target: 'asking', actions: say('It is on its way. What else?') },
        onError: { target: 'asking', actions: say('No courier takes that. What else?') },
      },
      after: { patience: { target: 'asking', actions: say('The couriers don’t answer. Try again later.') } },
    },
    trouble: { on: { message: { target: 'asking', actions: say('We know of it. What else shall we bring?') } } },
  },
})

export const delivery = bot({
  id: 'delivery-bot',
  version: 1,
  machine,
  apology: 'Sorry, I could not handle that. Please write it in other words.',
})
