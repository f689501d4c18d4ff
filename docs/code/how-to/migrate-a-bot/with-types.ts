import { type Heard, migrations, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'
import { z } from 'zod'

export const machine = setup({
  types: {} as { context: { count: number; size: 'small' | 'large' }; events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  context: { count: 1, size: 'small' },
  initial: 'ordering',
  states: {
    ordering: { on: { message: { actions: say(({ context }) => `${context.count} ${context.size} ones.`) } } },
    paying: { initial: 'card', states: { card: {}, transfer: {} } },
  },
})

export const migrate = migrations(machine, {
  1: {
    context: z.object({ pizzas: z.number() }),
    value: ['counting'],
    to: ({ context }) => ({ value: 'asking', context: { count: context.pizzas } }),
  },
  2: {
    context: z.object({ count: z.number() }),
    value: ['asking', { paying: 'cash' }],
    to: ({ value, context }) => ({
      value: value === 'asking' ? 'ordering' : { paying: 'card' },
      context: { count: context.count, size: 'large' as const },
    }),
  },
})
