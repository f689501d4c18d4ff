import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

interface Guest {
  name?: string
  colour?: string
}

const machine = setup({
  types: {} as { context: Guest; events: Heard; emitted: Said; output: Guest },
  actors: {
    name: ask({ say: 'What is your name?', schema: z.string().trim().min(1) }),
    colour: ask({ say: 'Which colour do you like best?', schema: z.enum(['red', 'green', 'blue']) }),
  },
  delays: { reminder: 10 * 60_000 },
}).createMachine({
  id: '{{name}}',
  context: {},
  initial: 'name',
  entry: say('Hello!'),
  on: { cancel: '.cancelled' },
  output: ({ context }) => context,
  states: {
    name: {
      invoke: {
        id: 'name',
        src: 'name',
        onDone: { target: 'colour', actions: assign({ name: ({ event }) => event.output }) },
        onError: 'cancelled',
      },
    },
    colour: {
      after: { reminder: { actions: say('Are you still there?') } },
      invoke: {
        id: 'colour',
        src: 'colour',
        onDone: { target: 'done', actions: assign({ colour: ({ event }) => event.output }) },
        onError: 'cancelled',
      },
    },
    done: {
      type: 'final',
      entry: say(({ context }) => `Nice to meet you, ${context.name}. I like ${context.colour} too.`),
    },
    cancelled: { type: 'final', entry: say('Goodbye.') },
  },
})

export const greeter = bot({ id: '{{name}}', version: 1, machine })
