import { ask, contact, fill, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const Problem = z.object({
  device: z.enum(['router', 'phone', 'television']),
  since: z.iso.date(),
  contact: contact(),
})

/** Takes down what does not work, gives advice, and asks a day later whether it has helped. */
export const problem = setup({
  types: {} as {
    input: RunInput
    context: { first: RunInput['message']; device?: string }
    events: Heard<{ type: 'works' }>
    emitted: Said
  },
  actors: {
    describe: fill({
      schema: Problem,
      ask: {
        device: 'What does not work?',
        since: 'Since which day?',
        contact: 'How can we reach you, by mail or by phone?',
      },
    }),
    hasHelped: ask({ say: 'Did that help?', schema: z.boolean() }),
  },
  delays: { aDay: 24 * 3_600_000 },
}).createMachine({
  id: 'problem',
  context: ({ input }) => ({ first: input.message }),
  entry: say('I am sorry to hear that.'),
  initial: 'describing',
  on: { works: '.solved' },
  states: {
    describing: {
      invoke: {
        id: 'describe',
        src: 'describe',
        input: ({ context }) => ({ message: context.first }),
        onDone: { target: 'trying', actions: assign({ device: ({ event }) => event.output.device }) },
        onError: 'handedOn',
      },
    },
    trying: {
      entry: say(({ context }) => `Please switch the ${context.device} off and on. Tomorrow I ask how it went.`),
      on: { message: { actions: say('Tomorrow I ask how it went. Tell me if it works before.') } },
      after: { aDay: 'asking' },
    },
    asking: {
      invoke: {
        id: 'hasHelped',
        src: 'hasHelped',
        onDone: [{ guard: ({ event }) => event.output, target: 'solved' }, { target: 'handedOn' }],
        onError: 'handedOn',
      },
    },
    solved: { type: 'final', entry: say('I am glad.') },
    handedOn: { type: 'final', entry: say('I have asked a colleague to get in touch with you.') },
  },
})
