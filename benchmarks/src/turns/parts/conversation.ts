import { ask, bot, type Heard, type MessageHeard, type RunInput, type Said } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const contextBytes = 1024

/** What a bot remembers of somebody, about 1 KB as JSON. */
const notes = () => {
  const list: { item: string; count: number; note: string; tags: string[] }[] = []
  while (JSON.stringify(list).length < contextBytes)
    list.push({ item: `item ${list.length}`, count: list.length, note: 'as it was the last time', tags: ['a', 'b'] })
  return list
}

/** A conversation with a context of 1 KB in which a question is always open: a child of the machine. */
const machine = setup({
  types: {} as { context: { notes: ReturnType<typeof notes>; answers: number }; events: Heard; emitted: Said },
  actors: { count: ask({ say: 'How many?', schema: z.coerce.number().int().min(1) }) },
}).createMachine({
  id: 'bench',
  context: () => ({ notes: notes(), answers: 0 }),
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        id: 'count',
        src: 'count',
        onDone: {
          target: 'asking',
          reenter: true,
          actions: assign({ answers: ({ context }) => context.answers + 1 }),
        },
        onError: 'givenUp',
      },
    },
    givenUp: {},
  },
})

export const benchBot = bot({ id: 'bench-bot', version: 1, machine })

const message = {
  seq: 1,
  id: 'm1',
  from: 'ana',
  at: 0,
  type: 'text',
  payload: '2',
  encoding: 'utf8' as const,
  text: '2',
}
/** An answer to the open question: it is judged, and the next question is asked. */
export const answer: MessageHeard = { type: 'message', text: '2', message }
export const runInput: RunInput = { conversation: 'ana~bench-bot', client: 'ana', message }
