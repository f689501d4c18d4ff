import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({
  types: {} as { context: { text: string }; input: RunInput; events: Heard<never>; emitted: Said },
}).createMachine({
  id: 'parrot',
  context: ({ input }) => ({ text: input.message.text }),
  entry: [say(({ context }) => `You said "${context.text}".`), say('I am done.')],
  initial: 'done',
  states: { done: { type: 'final' } },
})

/** Says twice something about each message, and ends its run. */
export const parrot = bot({ id: 'parrot', version: 1, machine })
