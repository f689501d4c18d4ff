import { bot, choices, form, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const Guests = z.object({ name: z.string(), guests: z.int().min(1).max(8) })
type Guests = z.output<typeof Guests>

const machine = setup({
  types: {} as {
    input: RunInput
    context: { time?: string; booked?: Guests }
    events: Heard
    emitted: Said
  },
  delays: { hold: 15 * 60_000, meal: 24 * 3_600_000 },
}).createMachine({
  id: 'table',
  context: {},
  initial: 'choosing',
  on: { cancel: '.cancelled' },
  states: {
    choosing: {
      entry: choices({ text: 'When?', choices: ['at six', 'at eight'] }),
      on: { message: { target: 'naming', actions: assign({ time: ({ event }) => event.text }) } },
    },
    naming: {
      entry: form({
        id: 'guests',
        title: 'Who comes?',
        fields: [
          { name: 'name', label: 'Your name', kind: 'text', required: true },
          { name: 'guests', label: 'How many', kind: 'number', required: true },
        ],
      }),
      after: { hold: { target: 'cancelled', actions: say('I can hold it no longer.') } },
      on: {
        action: [
          {
            guard: ({ event }) => Guests.safeParse(event.value).success,
            target: 'booked',
            actions: assign({ booked: ({ event }) => Guests.parse(event.value) }),
          },
          { actions: say('We have tables for up to eight.') },
        ],
      },
    },
    booked: {
      entry: say(({ context: { time, booked } }) => `A table for ${booked?.guests} ${time}, ${booked?.name}.`),
      after: { meal: 'over' },
    },
    over: { type: 'final', entry: say('Did you like it?') },
    cancelled: { type: 'final', entry: say('Cancelled.') },
  },
})

export const table = bot({ id: 'table-bot', version: 1, machine })
