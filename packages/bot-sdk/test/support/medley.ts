import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { assign, fromPromise, setup, spawnChild, stopChild } from 'xstate'
import { z } from 'zod'

const minute = 60_000

/** A bit of everything that is stored: history, parallel states, children that come and go, promises, timers. */
const machine = setup({
  types: {} as {
    events: Heard<{ type: 'spawn' } | { type: 'drop' }>
    emitted: Said
    context: { log: string[]; last?: string | undefined }
  },
  actors: {
    name: ask({ say: 'Name?', schema: z.string().min(3), retry: { max: 2, say: (wrong) => `Not ${wrong}.` } }),
    lookUp: fromPromise<string, string>(async ({ input }) => `found ${input}`),
    side: setup({ types: {} as { events: Heard; emitted: Said }, delays: { nudge: 3 * minute } }).createMachine({
      id: 'side',
      entry: say('side'),
      initial: 'a',
      states: { a: { after: { nudge: { target: 'b', actions: say('nudge') } } }, b: { type: 'final' } },
    }),
  },
  delays: { tick: minute, later: 7 * minute },
}).createMachine({
  id: 'medley',
  context: { log: [] },
  type: 'parallel',
  on: {
    spawn: { actions: [stopChild('side'), spawnChild('side', { id: 'side' })] },
    drop: { actions: [stopChild('side'), assign({ last: undefined })] },
  },
  states: {
    talk: {
      initial: 'asking',
      states: {
        asking: {
          invoke: {
            id: 'name',
            src: 'name',
            onDone: { target: 'looking', actions: assign({ last: ({ event }) => event.output }) },
            onError: { target: 'tired', actions: say('Enough.') },
          },
          after: { later: { actions: say('Hello?') } },
        },
        looking: {
          invoke: {
            id: 'lookUp',
            src: 'lookUp',
            input: ({ context }) => context.last ?? '',
            onDone: {
              target: 'asking',
              actions: [
                say(({ event }) => event.output),
                assign({ log: ({ context, event }) => [...context.log, event.output] }),
              ],
            },
          },
        },
        tired: { on: { message: 'asking', cancel: 'over' } },
        over: {},
      },
    },
    clock: {
      initial: 'tock',
      states: {
        tick: { after: { tick: 'tock' } },
        tock: { after: { tick: { target: 'tick', actions: say('tick') } } },
      },
    },
  },
})
export const medley = bot({
  id: 'bot',
  version: 1,
  machine,
  recognise: (text) => (text === 'spawn' || text === 'drop' ? { type: text } : undefined),
})
