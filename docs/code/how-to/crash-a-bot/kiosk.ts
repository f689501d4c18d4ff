import { bot, type Heard, idempotencyKey, type Middleware, type Said, say } from '@daakia/bot-sdk'
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

const menu = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
  id: 'menu',
  initial: 'greeting',
  states: {
    greeting: { entry: [say('Welcome.'), say('There is tea, and coffee.')], on: { message: 'taken' } },
    taken: { entry: say('Coming.'), on: { message: 'taken' } },
  },
})

/** It says all of it again where its process has begun anew, as if it were not sure that it had. */
const again: Middleware = {
  name: 'again',
  outgoing: (said, { run }) => (run === 'restored' ? [...said, ...said] : said),
}
export const insistent = bot({ id: 'menu-bot', version: 1, machine: menu, use: [again] })

export const greeted = { times: 0 }

/** When its process greets for the second time, it begins with the menu. */
const menuFirst: Middleware = {
  name: 'menu first',
  outgoing: (said) => (said.length > 1 && greeted.times++ > 0 ? said.toReversed() : said),
}
export const forgetful = bot({ id: 'menu-bot', version: 1, machine: menu, use: [menuFirst] })

/** It keeps in a variable, and not in its context, what was ordered. */
export const waiterBot = () => {
  let ordered = 'nothing'
  return bot({
    id: 'waiter-bot',
    version: 1,
    machine: setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'waiter',
      initial: 'ordering',
      states: {
        ordering: {
          entry: say('What would you like?'),
          on: {
            message: {
              target: 'serving',
              actions: say(({ event }) => {
                ordered = event.text
                return 'It is coming.'
              }),
            },
          },
        },
        serving: { on: { message: { actions: say(() => `Here is ${ordered}.`) } } },
      },
    }),
  })
}
