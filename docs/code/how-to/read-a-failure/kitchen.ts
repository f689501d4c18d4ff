import { bot, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { fromPromise, setup } from 'xstate'

const machine = setup({
  types: {} as { input: RunInput; context: { dish: string }; events: Heard; emitted: Said },
  actors: { cook: fromPromise(() => new Promise<void>(() => {})) },
  actions: {
    boil: () => {
      throw new Error('the kettle is empty')
    },
  },
}).createMachine({
  id: 'kitchen',
  context: ({ input }) => ({ dish: input.message.text }),
  initial: 'choosing',
  states: {
    choosing: {
      always: [
        {
          guard: function isTea({ context }) {
            return context.dish.includes('tea')
          },
          target: 'served',
          actions: 'boil',
        },
        'cooking',
      ],
    },
    cooking: { invoke: { src: 'cook', onDone: 'served' } },
    served: { type: 'final', entry: say('Here you are.') },
  },
})

export const kitchen = bot({ id: 'kitchen-bot', version: 1, machine })

/** The server takes no apology of this length. */
export const chatty = bot({ id: 'kitchen-bot', version: 1, machine, apology: 'Sorry. '.repeat(200) })

let version = 1

/** Its next process has a version of which nobody has said how states of the one before are migrated. */
export const renovated = {
  ...bot({
    id: 'kitchen-bot',
    version,
    machine: setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
      id: 'kitchen',
      initial: 'open',
      states: { open: { entry: say('What would you like?'), on: { message: { actions: say('Here you are.') } } } },
    }),
  }),
  get version() {
    return version
  },
  isDeployed() {
    version = 2
  },
}
