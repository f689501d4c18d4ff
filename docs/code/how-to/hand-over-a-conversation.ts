import { bot, HandoffError, type Heard, handoff, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const order = setup({
  types: {} as { context: { amount: number; receipt: string }; events: Heard; emitted: Said },
  actors: {
    payment: handoff({ to: 'payment-bot', result: z.object({ receipt: z.string() }), reason: 'payment' }),
  },
  delays: { patience: 600_000 },
}).createMachine({
  id: 'order',
  context: { amount: 7, receipt: '' },
  initial: 'confirming',
  states: {
    confirming: { entry: say('One pizza, 7 euros. Right?'), on: { message: 'paying' } },
    paying: {
      invoke: {
        src: 'payment',
        input: ({ context }) => ({ amount: context.amount }),
        onDone: { target: 'paid', actions: assign({ receipt: ({ event }) => event.output.receipt }) },
        onError: [
          {
            guard: ({ event }) => event.error instanceof HandoffError && event.error.code === 'cancelled',
            target: 'confirming',
          },
          { target: 'unpaid' },
        ],
      },
      after: { patience: 'unpaid' },
    },
    paid: { entry: say(({ context }) => `Paid, receipt ${context.receipt}. It is on its way.`) },
    unpaid: { entry: say('Pay at the door, then.') },
  },
})

const payment = setup({
  types: {} as {
    input: RunInput<{ amount: number }>
    context: { amount: number }
    events: Heard
    emitted: Said
    output: { receipt: string }
  },
}).createMachine({
  id: 'payment',
  context: ({ input }) => ({ amount: input.handedOver?.input.amount ?? 0 }),
  initial: 'asking',
  output: ({ context }) => ({ receipt: `R-${context.amount}` }),
  states: {
    asking: { entry: say(({ context }) => `${context.amount} euros: which card?`), on: { message: 'done' } },
    done: { type: 'final' },
  },
  on: { takenBack: { actions: say('Nothing was paid.') } },
})

export const orderBot = bot({ id: 'order-bot', version: 1, machine: order })

export const paymentBot = bot({
  id: 'payment-bot',
  version: 1,
  machine: payment,
  takesOver: { from: ['order-bot'], input: z.object({ amount: z.number() }) },
})
