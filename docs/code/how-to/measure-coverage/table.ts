import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'
import { z } from 'zod'

const machine = setup({
  types: {} as { input: RunInput; events: Heard; emitted: Said },
  actors: {
    where: ask({ say: 'Inside or outside?', schema: z.enum(['inside', 'outside']) }),
    guests: ask({ say: 'For how many?', schema: z.int().min(1) }),
  },
  guards: { isParty: ({ event }) => 'output' in event && Number(event.output) > 8 },
}).createMachine({
  id: 'table',
  initial: 'where',
  on: { cancel: '.cancelled' },
  states: {
    where: { invoke: { id: 'where', src: 'where', onDone: 'guests', onError: 'cancelled' } },
    guests: {
      invoke: {
        id: 'guests',
        src: 'guests',
        onDone: [{ guard: 'isParty', target: 'calling' }, { target: 'booked' }],
        onError: 'cancelled',
      },
      after: { 900000: 'cancelled' },
    },
    calling: { type: 'final', entry: say('For so many please call us.') },
    booked: { type: 'final', entry: say('A table is yours.') },
    cancelled: { type: 'final', entry: say('No table, then.') },
  },
})

export const table = bot({ id: 'table-bot', version: 1, machine })
