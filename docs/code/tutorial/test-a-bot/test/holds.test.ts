import { holds } from '@daakia/testing/vitest'
import fc from 'fast-check'
import { order } from '../src/bot.js'

holds('whatever people do', {
  bot: order,
  says: ['hello', 'two large pizzas', 'to 12 Hill Road', 'yes', 'no', 'cancel', 'form', 'change the count'],
  fills: { count: fc.integer({ min: 0, max: 13 }), address: fc.constantFrom('here', '12 Hill Road') },
  invariants: {
    'nothing is ordered that was not confirmed': ({ answers, deed, text }) =>
      !answers.some((answer) => text(answer).startsWith('Ordered')) || /yes|"Yes"/i.test(deed),
  },
  runs: 50,
  savedIn: new URL('./found/', import.meta.url),
})
