import { ask, bot, conversations, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

/** A conversation that others need. */
const address = setup({
  types: {} as { input: { country: string }; context: { street: string }; output: string; emitted: Said },
  actors: { street: ask({ say: 'Which street?', schema: z.string().min(3) }) },
}).createMachine({
  id: 'address',
  context: { street: '' },
  initial: 'street',
  output: ({ context }) => context.street,
  states: {
    street: {
      invoke: {
        id: 'street',
        src: 'street',
        onDone: { target: 'done', actions: assign({ street: ({ event }) => event.output }) },
        onError: 'done',
      },
    },
    done: { type: 'final' },
  },
})

const order = setup({
  types: {} as {
    input: RunInput
    context: { country: string; address?: string }
    events: Heard
    emitted: Said
  },
  actors: { address },
}).createMachine({
  id: 'order',
  context: { country: 'AT' },
  initial: 'delivery',
  states: {
    delivery: {
      invoke: {
        id: 'address',
        src: 'address',
        input: ({ context }) => ({ country: context.country }),
        onDone: { target: 'confirm', actions: assign({ address: ({ event }) => event.output }) },
      },
    },
    confirm: { type: 'final', entry: say(({ context }) => `To ${context.address}.`) },
  },
})

const hours = setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
  id: 'hours',
  initial: 'told',
  states: { told: { type: 'final', entry: say('From ten to ten.') } },
})

const recognise = (text: string) => {
  if (/\bopen\b/.test(text)) return { type: 'hours' } as const
  return /\border\b/.test(text) ? ({ type: 'order' } as const) : undefined
}

const machine = conversations({
  id: 'support',
  conversations: {
    order: { machine: order, on: ['order'] },
    hours: { machine: hours, on: ['hours', 'holidays'] },
  },
  otherwise: 'order',
})

export const support = bot({ id: 'support-bot', version: 1, machine, recognise })
