import { explore } from '@daakia/testing/vitest'
import { pizzeria } from './pizzeria.js'

explore(pizzeria, {
  goal: 'guards',
  events: { message: ['hello', 'large', 'yes', 'no'], cancel: ['cancel'] },
  outcomes: {
    charge: { succeeds: ['receipt 7'], fails: [new Error('The card was declined')], neverAnswers: true },
  },
  expect: {
    choosing: /Which size\?/,
    paying: 'One moment.',
    trouble: 'That did not work. Once more?',
    ordered: async (ana) => {
      await ana.toHear('One moment.')
      await ana.toHear('Paid, with receipt 7.')
      await ana.toHear('It is in the oven.')
    },
    closed: 'Until next time.',
  },
})
