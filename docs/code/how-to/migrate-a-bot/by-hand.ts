import { bot, type Heard, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

interface OldOrder {
  pizzas: number
}

const machine = setup({
  types: {} as { context: { count: number }; events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  context: { count: 1 },
  initial: 'ordering',
  states: { ordering: { on: { message: { actions: say(({ context }) => `${context.count} of them.`) } } } },
})

export const order = bot({
  id: 'order-bot',
  version: 2,
  machine,
  migrate: ({ version, context }) =>
    version === 1 ? { value: 'ordering', context: { count: (context as OldOrder).pizzas } } : undefined,
})
