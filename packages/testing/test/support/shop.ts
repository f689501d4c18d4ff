import { bot, card, choices, form, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'

/** Shows choices, a card and a form, one after the other, and says what came of each. */
export const shop = bot({
  id: 'shop',
  version: 1,
  machine: setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
    id: 'shop',
    initial: 'choosing',
    states: {
      choosing: {
        entry: [
          choices({ text: 'Which size?', choices: ['small', { label: 'large, for two', value: 'L' }] }),
          say('Take your time.'),
        ],
        on: { message: { target: 'buying', actions: say(({ event }) => `Size ${event.text}.`) } },
      },
      buying: {
        entry: card({
          title: 'Pizza',
          buttons: [
            { id: 'more', label: 'Two more', value: 2 },
            { id: 'menu', label: 'The menu', url: 'https://example.com/menu' },
            { id: 'pay', label: 'Pay' },
          ],
        }),
        on: {
          action: [
            { guard: ({ event }) => event.id === 'pay', target: 'sending' },
            { actions: say(({ event }) => `${event.value} more, from message ${bodyOf(event.message.payload).seq}.`) },
          ],
        },
      },
      sending: {
        entry: form({
          id: 'address',
          title: 'Where to?',
          fields: [
            { name: 'street', label: 'Street', kind: 'text', required: true },
            { name: 'floor', label: 'Floor', kind: 'number' },
            { name: 'where', label: 'Hand it over', kind: 'choice', choices: ['inside', { label: 'out', value: 'o' }] },
          ],
        }),
        on: { action: { target: 'sent', actions: say(({ event }) => JSON.stringify([event.id, event.value])) } },
      },
      sent: {},
    },
  }),
})

const bodyOf = (payload: unknown): { seq?: number } => JSON.parse(String(payload))
