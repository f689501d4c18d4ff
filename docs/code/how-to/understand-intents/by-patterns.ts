import { bot, type Heard, type IntentsOf, patterns, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'
import { z } from 'zod'

const understand = patterns({
  intents: {
    order: ['[i want to] order {count} {dish}', /^i want (?<dish>.+)$/i],
    hours: ['when are you open', 'opening hours'],
  },
  entities: { count: z.coerce.number().int().min(1), dish: ['pizza', 'salad'] },
})

const machine = setup({
  types: {} as { events: Heard<IntentsOf<typeof understand>>; emitted: Said },
}).createMachine({
  id: 'shop',
  on: {
    order: { actions: say(({ event }) => `${event.entities.count ?? 'One'} ${event.entities.dish}, coming.`) },
    hours: { actions: say('From ten to ten.') },
    message: { actions: say('You can order, or ask when we are open.') },
  },
})

export const shop = bot({ id: 'shop-bot', version: 1, machine, understand })
