import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({
  types: {} as { events: Heard; emitted: Said },
  delays: { hold: 600_000 },
}).createMachine({
  id: 'holding',
  initial: 'held',
  states: {
    held: {
      entry: say('I hold it for ten minutes.'),
      on: { message: { target: 'over', actions: say('Booked.') } },
      after: { hold: 'late' },
    },
    late: { entry: say('Too late, I am sorry.'), on: { message: 'over' } },
    over: {},
  },
})

/** Holds a table for ten minutes. */
export const holding = bot({ id: 'tables', version: 1, machine })
