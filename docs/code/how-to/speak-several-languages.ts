import { bot, type Heard, type Said, say, texts } from '@daakia/bot-sdk'
import { setup } from 'xstate'

const text = texts({
  en: {
    welcome: ['Hello!', 'Hi!'],
    ordered: '{count, plural, one {One pizza} other {# pizzas}} for {name}, at {time, time, short}.',
  },
  de: {
    welcome: 'Hallo!',
    ordered: '{count, plural, one {Eine Pizza} other {# Pizzen}} für {name}, um {time, time, short}.',
  },
})

const machine = setup({
  types: {} as { context: { name: string; time: string }; events: Heard; emitted: Said },
}).createMachine({
  id: 'order',
  context: { name: 'Ana', time: '2026-11-26T17:30:00Z' },
  initial: 'welcoming',
  states: {
    welcoming: { entry: say(text('welcome')), on: { message: 'done' } },
    done: { entry: say(text('ordered', ({ context }) => ({ count: 2, name: context.name, time: context.time }))) },
  },
})

export const order = bot({
  id: 'order-bot',
  version: 1,
  machine,
  timeZone: 'Europe/Vienna',
  languages: {
    nl: {
      asides: { cancel: ['annuleren', 'stop'] },
      phrases: { cancelled: 'Geannuleerd.', notUnderstood: 'Dat heb ik niet begrepen.' },
    },
  },
})
