import { explore } from '@daakia/testing/vitest'
import { order } from '../src/bot.js'

explore(order, {
  goal: 'guards',
  events: {
    message: ['hello', 'two large pizzas to 12 Hill Road', 'yes', 'form'],
    cancel: ['cancel'],
  },
  expect: {
    asking: /\?|^Your order/,
    done: 'Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!',
    cancelled: 'Cancelled.',
    expired: 'I stop here. Write again whenever you like.',
  },
})
