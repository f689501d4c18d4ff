import { bot, card, edit, type Heard, pause, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const machine = setup({
  types: {} as { input: RunInput; context: { dish: string }; events: Heard; emitted: Said },
}).createMachine({
  id: 'menu',
  context: { dish: 'lasagne' },
  initial: 'showing',
  states: {
    showing: {
      entry: [
        say('Look what we have:'),
        card({
          title: 'Menu',
          text: ({ context }) => `Today: ${context.dish}`,
          image: { url: 'https://example.com/pizza.png', alt: 'A pizza' },
          buttons: [{ id: 'more', label: 'Another one', value: 7 }],
        }),
      ],
      on: {
        action: {
          guard: ({ event }) => event.id === 'more',
          actions: say(({ event }) => `${event.value} more.`),
        },
        message: 'waiting',
      },
    },
    waiting: {
      entry: [say('Let me see.'), pause(1_500), say('There is a table at eight.')],
      on: { message: 'looking' },
    },
    looking: { entry: say('Looking …', { as: 'progress' }), on: { message: 'found' } },
    found: { entry: edit('progress', 'Found it.') },
  },
})

export const menu = bot({ id: 'menu-bot', version: 1, machine })
