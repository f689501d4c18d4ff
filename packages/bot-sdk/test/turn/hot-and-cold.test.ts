import { ask, bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, fromPromise, setup, spawnChild, stopChild } from 'xstate'
import { z } from 'zod'
import { FakeServer } from '../support/fake-server.js'
import { order } from '../support/order.js'

const minute = 60_000

/** A bit of everything that is stored: history, parallel states, children that come and go, promises, timers. */
const medley = setup({
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
const medleyBot = bot({
  id: 'bot',
  version: 1,
  machine: medley,
  recognise: (text) => (text === 'spawn' || text === 'drop' ? { type: text } : undefined),
})

type Step = { says: string } | { waits: number }
const steps = (texts: readonly string[]) =>
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...texts).map((says): Step => ({ says })) },
      { weight: 1, arbitrary: fc.constantFrom(10, minute, 10 * minute).map((waits): Step => ({ waits })) },
    ),
    { maxLength: 14 },
  )

/** Plays a conversation; what was said, and the bytes that were stored, turn by turn. */
async function play(server: FakeServer, script: readonly Step[], between: () => Promise<void>) {
  for (const step of script) {
    if ('says' in step) await server.says(step.says)
    else await server.wait(step.waits)
    await between()
  }
  expect(server.failures).toEqual([])
  expect(server.parked).toEqual([])
  return {
    said: server.said,
    stored: server.commits.map(({ state, timers, public: shown }) => JSON.stringify({ state, timers, shown })),
  }
}

test.each([
  ['an order', order, ['hi', 'large', '2', 'many', '12 Hill Road', 'yes', 'change the size', 'cancel', 'help']],
  ['a bit of everything', medleyBot, ['hi', 'ana', 'bo', 'zoë', 'spawn', 'drop', 'cancel', 'x']],
] as const)(
  '%s goes the same way in memory as with a restore for each turn, to the byte',
  async (_, definition, texts) => {
    await fc.assert(
      fc.asyncProperty(steps(texts), async (script) => {
        const hot = new FakeServer(definition)
        const cold = new FakeServer(definition)
        const inMemory = await play(hot, script, async () => {})
        const restored = await play(cold, script, () => cold.restart())
        expect(restored).toEqual(inMemory)
      }),
      { numRuns: 60 },
    )
  },
)
