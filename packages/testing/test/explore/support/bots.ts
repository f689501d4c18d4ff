import {
  ask,
  bot,
  card,
  conversations,
  form,
  type Heard,
  handoff,
  patterns,
  type RunInput,
  type Said,
  say,
} from '@daakia/bot-sdk'
import { assign, fromPromise, setup } from 'xstate'
import { z } from 'zod'

type Input = { input: RunInput; emitted: Said }

/** Takes money: by a card that a service charges, which may be declined, or take for ever. */
export const till = bot({
  id: 'till',
  version: 1,
  machine: setup({
    types: {} as Input & { context: { receipt?: string }; events: Heard<{ type: 'pay' }> },
    actors: {
      charge: fromPromise<{ receipt: string }>(() => {
        throw new Error('Nobody is to be charged by a test')
      }),
    },
    delays: { patience: 60_000 },
  }).createMachine({
    id: 'till',
    context: {},
    initial: 'open',
    states: {
      open: { entry: say('Say "pay".'), on: { pay: 'paying' } },
      paying: {
        entry: say('One moment.'),
        invoke: {
          id: 'charge',
          src: 'charge',
          onDone: { target: 'paid', actions: assign({ receipt: ({ event }) => event.output.receipt }) },
          onError: 'trouble',
        },
        after: { patience: { target: 'trouble', actions: say('Nobody answers.') } },
        on: { cancel: 'open' },
      },
      trouble: { entry: say('That went wrong.'), on: { pay: 'paying' } },
      paid: { type: 'final', entry: say(({ context }) => `Paid: ${context.receipt}.`) },
    },
  }),
  recognise: (text) => (text === 'pay' ? { type: 'pay' } : undefined),
})

const { recognise } = till
const asTill = { id: 'till', version: 1, machine: till.machine, ...(recognise && { recognise }) }

/** The same, where nobody has spoken for a while. */
export const patient = bot({ ...asTill, overlap: { debounceMs: 2_000 } })

/** The same, which stores nothing while it is at work. */
export const forgetful = bot({ ...asTill, checkpointAfterMs: Number.POSITIVE_INFINITY })

/** Two things at a time, one of which remembers where it was. */
export const radio = bot({
  id: 'radio',
  version: 1,
  machine: setup({
    types: {} as Input & { events: Heard<{ type: 'power' } | { type: 'next' } | { type: 'louder' }> },
  }).createMachine({
    id: 'radio',
    type: 'parallel',
    states: {
      sound: {
        initial: 'quiet',
        states: {
          quiet: { on: { louder: { target: 'loud', actions: say('LOUD.') } } },
          loud: { after: { 5000: { target: 'quiet', actions: say('Quiet again.') } } },
        },
      },
      set: {
        initial: 'off',
        states: {
          off: { entry: say('Off.'), on: { power: '#radio.set.on.last' } },
          on: {
            entry: say('On.'),
            initial: 'news',
            on: { power: 'off' },
            states: {
              news: { entry: say('News.'), on: { next: 'music' } },
              music: { entry: say('Music.'), on: { next: 'news' } },
              last: { type: 'history' },
            },
          },
        },
      },
    },
  }),
  recognise: (text) => (text === 'power' || text === 'next' || text === 'louder' ? { type: text } : undefined),
})

/** Asks, shows a card with buttons, and a form. */
export const desk = bot({
  id: 'desk',
  version: 1,
  machine: setup({
    types: {} as Input & { context: { size?: string }; events: Heard },
    actors: { size: ask({ say: 'Which size?', schema: z.enum(['small', 'large']) }) },
  }).createMachine({
    id: 'desk',
    context: {},
    initial: 'asking',
    states: {
      asking: {
        invoke: {
          id: 'size',
          src: 'size',
          onDone: [{ guard: ({ event }) => event.output === 'large', target: 'offering' }, { target: 'filling' }],
          onError: 'over',
        },
      },
      offering: {
        entry: card({
          title: 'Cheese?',
          buttons: [
            { id: 'cheese', label: 'With cheese' },
            { id: 'ask', label: 'What cheese?' },
          ],
        }),
        on: { action: { guard: ({ event }) => event.id === 'cheese', target: 'filling' } },
      },
      filling: {
        entry: form({
          id: 'who',
          title: 'Who?',
          fields: [{ name: 'name', label: 'Name', kind: 'text', required: true }],
        }),
        on: { action: 'over' },
      },
      over: { type: 'final', entry: say('Thank you.') },
    },
  }),
})

const talking = (id: string, more: string) =>
  setup({ types: {} as Input & { events: Heard } }).createMachine({
    id,
    initial: 'open',
    states: { open: { entry: say(`${id}?`), on: { message: 'over' } }, over: { type: 'final', entry: say(more) } },
  })

/** Two conversations, of which each may come in the midst of the other. */
export const both = bot({
  id: 'both',
  version: 1,
  machine: conversations({
    id: 'both',
    conversations: {
      tea: { machine: talking('tea', 'Tea it is.'), on: ['tea'] },
      cake: { machine: talking('cake', 'Cake it is.'), on: ['cake'] },
    },
    otherwise: 'tea',
  }),
  understand: patterns({ intents: { tea: ['tea'], cake: ['cake'] } }),
})

/** Has another bot see to the payment. */
export const shop = bot({
  id: 'shop',
  version: 1,
  machine: setup({
    types: {} as Input & { events: Heard },
    actors: { payment: handoff({ to: 'payment-bot', result: z.object({ paid: z.boolean() }) }) },
  }).createMachine({
    id: 'shop',
    initial: 'paying',
    states: {
      paying: {
        invoke: {
          id: 'payment',
          src: 'payment',
          onDone: [{ guard: ({ event }) => event.output.paid, target: 'paid' }, { target: 'unpaid' }],
          onError: 'unpaid',
        },
      },
      paid: { type: 'final', entry: say('Thank you.') },
      unpaid: { type: 'final', entry: say('Another time.') },
    },
  }),
})

/** Counts for ever. */
export const counter = bot({
  id: 'counter',
  version: 1,
  machine: setup({
    types: {} as Input & { context: { count: number }; events: Heard },
    guards: { isMany: ({ context }) => context.count > 2 },
    actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
  }).createMachine({
    id: 'counter',
    context: { count: 0 },
    initial: 'counting',
    states: {
      counting: {
        entry: [{ type: 'count' }, say(({ context }) => String(context.count))],
        on: {
          message: [
            { guard: 'isMany', target: 'enough' },
            { target: 'counting', reenter: true },
          ],
        },
      },
      enough: { entry: say('Enough.') },
    },
  }),
})
