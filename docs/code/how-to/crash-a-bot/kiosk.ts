import { bot, type Heard, idempotencyKey, type Said, say } from '@daakia/bot-sdk'
import { type AnyActorRef, fromPromise, setup } from 'xstate'

/** What the bank has booked, by the key of each charge. It books the same key once. */
export const charges = new Set<string>()

const kioskWith = (keyOf: (self: AnyActorRef) => string) =>
  setup({
    types: {} as { events: Heard; emitted: Said },
    actors: {
      pay: fromPromise(async ({ self }) => {
        charges.add(keyOf(self))
      }),
    },
  }).createMachine({
    id: 'kiosk',
    initial: 'paying',
    states: {
      paying: { invoke: { src: 'pay', onDone: { target: 'paid', actions: say('Paid. Your coffee is coming.') } } },
      paid: { type: 'final' },
    },
  })

export const kiosk = bot({ id: 'kiosk-bot', version: 1, machine: kioskWith(idempotencyKey) })

let calls = 0
/** Each call gets a key of its own: one that is made again is booked again. */
export const careless = bot({ id: 'kiosk-bot', version: 1, machine: kioskWith(() => `call ${calls++}`) })

export const tickets = { last: 0 }

/** It counts in a variable of its process, and not in its context. */
export const counter = bot({
  id: 'counter-bot',
  version: 1,
  machine: setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
    id: 'counter',
    initial: 'given',
    states: {
      given: {
        type: 'final',
        entry: say(() => {
          tickets.last += 1
          return `You are number ${tickets.last}.`
        }),
      },
    },
  }),
})
