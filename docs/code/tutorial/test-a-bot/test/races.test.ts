import { races } from '@daakia/testing/vitest'
import { order } from '../src/bot.js'

races(
  'who answers as time is up gets the order, or is told that it is late',
  { bot: order, schedules: 30 },
  async (chat) => {
    const ana = chat.user('ana')
    await ana.says('two large pizzas to 12 Hill Road')
    await ana.toHear('Welcome.')
    await ana.toHear(/^So that is two large pizzas/)
    await chat.advance('23h')
    await ana.toHear('Are you still there?')
    await Promise.all([ana.says('yes'), chat.advance('1h')])
    const { text } = await ana.toHear(/^Ordered|^I stop here/)
    if (text?.startsWith('Ordered')) return
    // Her "yes" begins another order.
    await ana.toHear('Welcome.')
    await ana.toHear('What would you like?')
  },
)
