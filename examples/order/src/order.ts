import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
const toNumber = (word: string) => numbers.indexOf(word.toLowerCase().replace(/^an?$/, 'one')) + 1 || Number(word)

const Dish = z
  .string()
  .toLowerCase()
  .regex(/^((small|medium|large) )?(pizza|lasagne|salad)s?$/)
  .transform((dish) => dish.replace(/s$/, ''))
const Count = z.int().min(1).max(numbers.length)
const Address = z.string().trim().min(5)

const Order = z.object({ dish: Dish, count: Count, address: Address }).partial()
type Order = z.output<typeof Order>

/** What a message tells of an order: "two large pizzas to 12 Hill Road" tells all of it, "hello" nothing. */
const read = (text: string): Order => {
  const plain = text.replace(/^i(?:'d| would) like |,? please|[.!]$/gi, '')
  const told = /^(?:(?<count>\w+) )??(?<dish>(?:(?:small|medium|large) )?\w+)(?: to (?<address>.+))?$/i.exec(plain)
  const { count, ...others } = told?.groups ?? {}
  const { data = {} } = Order.safeParse({ ...others, ...(count && { count: toNumber(count) }) })
  return Object.fromEntries(Object.entries(data).filter(([, answer]) => answer !== undefined))
}

const summary = ({ count = 1, dish, address }: Order) =>
  `${numbers[count - 1]} ${dish}${count === 1 ? '' : 's'} to ${address}`

type Changed = { type: 'change.dish' } | { type: 'change.count' } | { type: 'change.address' }

const machine = setup({
  types: {} as {
    input: RunInput
    context: Order
    events: Heard<Changed | { type: 'details'; order: Order }>
    emitted: Said
    output: Order
  },
  actors: {
    dish: ask({
      say: 'What would you like: pizza, lasagne or salad?',
      schema: Dish,
      retry: { say: (wrong) => `I don't know "${wrong}". We have pizza, lasagne and salad, small, medium or large.` },
    }),
    count: ask({ say: 'How many?', schema: Count }),
    address: ask({ say: 'Where to?', schema: Address, retry: { say: (it) => `"${it}" is too short. Where to?` } }),
    confirm: ask({ say: 'Shall I order it?', schema: z.boolean() }),
  },
  delays: { reminder: 10 * 60_000, patience: 24 * 3_600_000 },
}).createMachine({
  id: 'order',
  context: ({ input }) => read(input.message.text),
  entry: say('Welcome.'),
  initial: 'asking',
  output: ({ context }) => context,
  on: {
    cancel: '.cancelled',
    help: { actions: say('Answer the question, or say "change the dish", "… number" or "… address", or "cancel".') },
  },
  states: {
    asking: {
      // Every answer enters it anew, so these count from the last one.
      after: { reminder: { actions: say('Are you still there?') }, patience: '#order.expired' },
      on: {
        details: { target: '#order.asking', actions: assign(({ event }) => event.order) },
        'change.dish': { target: '.dish', reenter: true },
        'change.count': { target: '.count', reenter: true },
        'change.address': { target: '.address', reenter: true },
      },
      initial: 'next',
      states: {
        next: {
          // The first question that has no answer: after a change, that is where it was.
          always: [
            { guard: ({ context }) => context.dish === undefined, target: 'dish' },
            { guard: ({ context }) => context.count === undefined, target: 'count' },
            { guard: ({ context }) => context.address === undefined, target: 'address' },
            { target: 'confirm' },
          ],
        },
        dish: {
          invoke: {
            id: 'dish',
            src: 'dish',
            onDone: { target: '#order.asking', actions: assign({ dish: ({ event }) => event.output }) },
            onError: '#order.expired',
          },
        },
        count: {
          invoke: {
            id: 'count',
            src: 'count',
            onDone: { target: '#order.asking', actions: assign({ count: ({ event }) => event.output }) },
            onError: '#order.expired',
          },
        },
        address: {
          invoke: {
            id: 'address',
            src: 'address',
            onDone: { target: '#order.asking', actions: assign({ address: ({ event }) => event.output }) },
            onError: '#order.expired',
          },
        },
        confirm: {
          entry: say(({ context }) => `So that is ${summary(context)}.`),
          invoke: {
            id: 'confirm',
            src: 'confirm',
            onDone: [{ guard: ({ event }) => event.output, target: '#order.done' }, { target: '#order.cancelled' }],
            onError: '#order.expired',
          },
        },
      },
    },
    done: { type: 'final', entry: say(({ context }) => `Ordered: ${summary(context)}. Enjoy your meal!`) },
    cancelled: { type: 'final', entry: say('Cancelled.') },
    expired: { type: 'final', entry: say('I stop here. Write again whenever you like.') },
  },
})

const changes: readonly [RegExp, Changed][] = [
  [/^change the (dish|order)\b/i, { type: 'change.dish' }],
  [/^change the (number|count)\b/i, { type: 'change.count' }],
  [/^change the address\b/i, { type: 'change.address' }],
]

export const order = bot({
  id: 'order-bot',
  version: 1,
  machine,
  recognise: (text) => {
    const change = changes.find(([pattern]) => pattern.test(text))?.[1]
    const told = read(text)
    // A single answer is for the question that is open.
    return change ?? (Object.keys(told).length > 1 ? { type: 'details', order: told } : undefined)
  },
})
