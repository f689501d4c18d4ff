import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const machine = setup({
  types: {} as { context: { name?: string }; events: Heard; emitted: Said },
  actors: { name: ask({ say: 'What is your name?', schema: z.string().trim().min(1) }) },
}).createMachine({
  id: 'greeter',
  context: {},
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        id: 'name',
        src: 'name',
        onDone: { target: 'done', actions: assign({ name: ({ event }) => event.output }) },
        onError: 'done',
      },
    },
    done: { type: 'final', entry: say(({ context }) => `Hello, ${context.name ?? 'stranger'}.`) },
  },
})

export const greeter = bot({ id: 'greeter', version: 1, machine })
