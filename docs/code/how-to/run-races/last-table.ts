import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'

/** The tables of this evening, as a service keeps them. */
export const tables = {
  left: 1,
  look: async () => tables.left > 0,
  take: async () => {
    tables.left -= 1
  },
}

const machine = setup({
  types: {} as { input: RunInput; events: Heard; emitted: Said },
  actors: {
    book: fromPromise(async () => {
      const isThere = await tables.look()
      await new Promise((resolve) => setImmediate(resolve))
      if (isThere) await tables.take()
      return isThere
    }),
  },
}).createMachine({
  id: 'last-table',
  initial: 'booking',
  states: {
    booking: {
      invoke: {
        id: 'book',
        src: 'book',
        onDone: [
          { guard: ({ event }) => event.output, target: 'over', actions: say('It is yours.') },
          { target: 'over', actions: say('It is gone.') },
        ],
      },
    },
    over: { type: 'final' },
  },
})

export const lastTable = bot({ id: 'tables', version: 1, machine })
