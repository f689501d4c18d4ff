import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({
  types: {} as { events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  initial: 'done',
  states: {
    done: { type: 'final', entry: say('Welcome.') },
  },
})

export const order = bot({ id: 'order-bot', version: 1, machine })
