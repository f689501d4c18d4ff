import { crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { order } from '../src/bot.js'

test('an order is taken once, whoever dies', async () => {
  const { points } = await crashSweep({ bot: order }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('two large pizzas')
    await ana.toHear('Welcome.')
    await ana.toHear('Where to?')
    await ana.says('12 Hill Road')
    await ana.toHear(/^So that is two large pizzas/)
    await ana.says('yes')
    await ana.toHear(/^Ordered/)
  })
  expect(points).toBe(25)
}, 60_000)
