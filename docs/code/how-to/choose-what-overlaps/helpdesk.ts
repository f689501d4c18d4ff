import { ask, bot, type Heard, overlap, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

export const machine = setup({
  types: {} as { context: { trouble: string }; input: RunInput; events: Heard; emitted: Said },
  actors: { sure: ask({ say: 'Shall I send somebody?', schema: z.boolean() }) },
}).createMachine({
  id: 'helpdesk',
  context: { trouble: '' },
  entry: say('What is wrong?'),
  initial: 'describing',
  states: {
    describing: {
      meta: overlap({ debounceMs: 2_000 }),
      on: {
        message: {
          target: 'deciding',
          actions: assign({ trouble: ({ event }) => event.text.replaceAll('\n', ' ') }),
        },
      },
    },
    deciding: {
      entry: say(({ context }) => `I see: ${context.trouble}.`),
      invoke: { id: 'sure', src: 'sure', onDone: 'done', onError: 'done' },
    },
    done: { type: 'final', entry: say('Thank you.') },
  },
})

export const helpdesk = bot({ id: 'helpdesk', version: 1, machine })
