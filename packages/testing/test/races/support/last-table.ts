import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'

/** Looks whether there is a table, and takes it a moment later; `careful` takes it at once. */
export const lastTable = ({ careful }: { careful: boolean }) => {
  let left = 1
  const reset = () => {
    left = 1
  }
  const take = async () => {
    const isThere = left > 0
    if (careful && isThere) left -= 1
    await new Promise((resolve) => setImmediate(resolve))
    if (!careful && isThere) left -= 1
    return isThere
  }
  const machine = setup({
    types: {} as { input: RunInput; events: Heard; emitted: Said },
    actors: { take: fromPromise(take) },
  }).createMachine({
    id: 'last-table',
    initial: 'taking',
    states: {
      taking: {
        invoke: {
          id: 'take',
          src: 'take',
          onDone: [
            { guard: ({ event }) => event.output, target: 'over', actions: say('It is yours.') },
            { target: 'over', actions: say('It is gone.') },
          ],
        },
      },
      over: { type: 'final' },
    },
  })
  return { tables: bot({ id: 'tables', version: 1, machine }), reset }
}

/** Holds an offer for ten minutes. */
export const holding = bot({
  id: 'holding',
  version: 1,
  machine: setup({
    types: {} as { input: RunInput; events: Heard; emitted: Said },
    delays: { hold: 600_000 },
  }).createMachine({
    id: 'holding',
    entry: say('Shall I?'),
    initial: 'asking',
    states: {
      asking: { after: { hold: 'late' }, on: { message: { target: 'taken', actions: say('Done.') } } },
      taken: {},
      late: { entry: say('Too late.'), on: { message: { actions: say('I am sorry.') } } },
    },
  }),
})
