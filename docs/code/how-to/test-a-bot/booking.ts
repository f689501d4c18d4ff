import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'

/** Books tables in a book that it is handed. */
export const bookingBot = (book: Map<string, string>) =>
  bot({
    id: 'booking-bot',
    version: 1,
    machine: setup({
      types: {} as { context: { time: string; client: string }; input: RunInput; events: Heard; emitted: Said },
      actors: {
        book: fromPromise<boolean, { time: string; client: string }>(async ({ input: { time, client } }) => {
          if (book.has(time)) return false
          book.set(time, client)
          return true
        }),
      },
    }).createMachine({
      id: 'booking',
      context: ({ input }) => ({ time: input.message.text, client: input.client }),
      initial: 'booking',
      states: {
        booking: {
          invoke: {
            src: 'book',
            input: ({ context }) => context,
            onDone: [
              { guard: ({ event }) => event.output, target: 'over', actions: say('It is yours.') },
              { target: 'over', actions: say(({ context }) => `${context.time}? There is no table left.`) },
            ],
          },
        },
        over: { type: 'final' },
      },
    }),
  })
