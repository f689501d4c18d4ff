import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, fromPromise, setup } from 'xstate'
import { z } from 'zod'

const machine = setup({
  types: {} as { input: RunInput; context: { size?: string }; events: Heard; emitted: Said },
  actors: {
    size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }),
    charge: fromPromise<string, { size: string | undefined }>(async ({ input }) => {
      const answer = await fetch('https://pay.example.com/charges', { method: 'POST', body: JSON.stringify(input) })
      return answer.text()
    }),
  },
  delays: { patience: 60_000 },
}).createMachine({
  id: 'pizzeria',
  context: {},
  initial: 'choosing',
  states: {
    choosing: {
      invoke: {
        id: 'size',
        src: 'size',
        onDone: { target: 'paying', actions: assign({ size: ({ event }) => event.output }) },
        onError: 'closed',
      },
    },
    paying: {
      entry: say('One moment.'),
      invoke: {
        id: 'charge',
        src: 'charge',
        input: ({ context }) => ({ size: context.size }),
        onDone: { target: 'ordered', actions: say(({ event }) => `Paid, with ${event.output}.`) },
        onError: 'trouble',
      },
      after: { patience: 'trouble' },
      on: { cancel: { target: 'closed', actions: say('Nothing is charged.') } },
    },
    trouble: {
      entry: say('That did not work. Once more?'),
      on: {
        message: [{ guard: ({ event }) => /^yes/i.test(event.text), target: 'paying' }, { target: 'closed' }],
      },
    },
    ordered: { type: 'final', entry: say('It is in the oven.') },
    closed: { type: 'final', entry: say('Until next time.') },
  },
})

export const pizzeria = bot({ id: 'pizzeria-bot', version: 1, machine })
