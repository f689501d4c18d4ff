import { bot, type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { type AnyActorRef, fromPromise, setup } from 'xstate'

const payments = process.env.PAYMENTS_URL ?? 'http://127.0.0.1:8081/charges'

const machine = setup({
  types: {} as { events: Heard; emitted: Said },
  actors: {
    charge: fromPromise(async ({ self, input }: { self: AnyActorRef; input: { amount: number } }) => {
      const response = await fetch(payments, {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey(self) },
        body: JSON.stringify(input),
      })
      return response.status
    }),
  },
}).createMachine({
  id: 'payment',
  initial: 'charging',
  states: {
    charging: {
      invoke: { id: 'charge', src: 'charge', input: { amount: 12 }, onDone: 'done', onError: 'failed' },
    },
    done: { type: 'final', entry: say('Paid.') },
    failed: { type: 'final', entry: say('That did not work. You have not been charged twice.') },
  },
})

export const payment = bot({ id: 'payment-bot', version: 1, machine })
