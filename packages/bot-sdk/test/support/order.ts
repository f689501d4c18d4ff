import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const Size = z.enum(['small', 'medium', 'large'])
const Count = z.coerce.number().int().min(1).max(20)
/** The question for the size, as the fake server keeps it. */
export const sizeAsked = `choices ${JSON.stringify({
  text: 'Which size?',
  choices: Size.options.map((label) => ({ label })),
})}`

const Address = z.string().trim().min(5)
interface Order {
  size?: z.output<typeof Size>
  count?: number
  address?: string
}
type Slot = keyof Order

const machine = setup({
  types: {} as { context: Order; events: Heard<{ type: 'correct'; slot: Slot }>; emitted: Said; output: Order },
  actors: {
    // named, so that they survive a restart; each has its own typed output
    size: ask({ say: 'Which size?', schema: Size }),
    count: ask({
      say: 'How many?',
      schema: Count,
      retry: { max: 3, say: (wrong) => `"${wrong}" is not a number from 1 to 20. How many?` },
    }),
    address: ask({ say: 'Where to?', schema: Address }),
    confirm: ask({ say: 'Shall I order it?', schema: z.stringbool() }),
  },
  delays: { reminder: 10 * 60_000, patience: 24 * 3_600_000 },
}).createMachine({
  id: 'order',
  context: {},
  initial: 'asking',
  entry: say('Welcome.'),
  on: { cancel: '.cancelled' },
  output: ({ context }) => context,
  states: {
    asking: {
      // every answer enters it anew, so `after` counts from the last one
      initial: 'next',
      after: { reminder: { actions: say('Are you still there?') }, patience: 'expired' },
      on: { correct: { target: '#order.asking', actions: assign(({ event }) => ({ [event.slot]: undefined })) } },
      states: {
        next: {
          always: [
            // the first question that has no answer
            { guard: ({ context }) => context.size === undefined, target: 'size' },
            { guard: ({ context }) => context.count === undefined, target: 'count' },
            { guard: ({ context }) => context.address === undefined, target: 'address' },
            { target: 'confirm' },
          ],
        },
        size: {
          invoke: {
            id: 'size',
            src: 'size',
            onDone: { target: '#order.asking', actions: assign({ size: ({ event }) => event.output }) },
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
          entry: say(({ context }) => `${context.count} ${context.size} to ${context.address}.`),
          invoke: {
            id: 'confirm',
            src: 'confirm',
            onDone: [{ guard: ({ event }) => event.output, target: '#order.done' }, '#order.cancelled'],
            onError: '#order.expired',
          },
        },
      },
    },
    done: { type: 'final', entry: say('Ordered.') },
    cancelled: { type: 'final', entry: say('Cancelled.') },
    expired: { type: 'final', entry: say('Write again whenever you like.') },
  },
})

const slots: readonly Slot[] = ['size', 'count', 'address']
export const order = bot({
  id: 'order-bot',
  version: 1,
  machine,
  recognise: (text) => {
    const slot = slots.find((s) => new RegExp(`^change the ${s}`, 'i').test(text))
    return slot ? { type: 'correct', slot } : undefined // "cancel" is built in
  },
})
