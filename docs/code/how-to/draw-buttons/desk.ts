import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

export const machine = setup({
  types: {} as { events: Heard<{ type: 'refund' } | { type: 'reorder' } | { type: 'audit' }>; emitted: Said },
}).createMachine({
  id: 'desk',
  initial: 'open',
  states: {
    open: {
      tags: ['choose', 'watched'],
      entry: say('What can I do for you?'),
      on: {
        refund: { target: 'suspecting', actions: say('You get it back.') },
        reorder: { actions: say('The same again.') },
        audit: { actions: say('Nothing to see.') },
      },
    },
    suspecting: { initial: 'looking', states: { looking: {} } },
  },
})

export const desk = bot({
  id: 'desk',
  version: 1,
  machine,
  recognise: (text) => (text === 'refund' || text === 'reorder' ? { type: text } : undefined),
})
