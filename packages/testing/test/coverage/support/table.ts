/** A bot in a file, as an author writes it. */
export const table = `import { ask, bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'
import { z } from 'zod'

const machine = setup({
  types: {} as { input: RunInput; events: Heard; emitted: Said; context: object },
  actors: {
    where: ask({ say: 'Inside or outside?', schema: z.enum(['inside', 'outside']) }),
  },
  guards: { isBig: ({ event }) => 'text' in event && event.text.length > 5 },
}).createMachine({
  id: 'table',
  initial: 'asking',
  on: { cancel: '.cancelled' },
  states: {
    asking: {
      invoke: {
        id: 'where',
        src: 'where',
        onDone: 'naming',
        onError: 'cancelled',
      },
    },
    naming: {
      entry: say('Your name?'),
      on: {
        message: [
          { guard: 'isBig', target: 'booked' },
          { actions: say('That is short.') },
        ],
      },
      after: {
        900_000: 'cancelled',
      },
    },
    booked: { type: 'final' },
    cancelled: { type: 'final' },
  },
})

export const table = bot({ id: 'table-bot', version: 1, machine })
`

/** A test of it: ana says this, after her greeting. */
export const talk = (name: string, ...texts: readonly string[]): string => `import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from './table.js'

test('${name}', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await ana.says('hello')
${texts.map((text) => `  await ana.says('${text}')`).join('\n')}
})
`
