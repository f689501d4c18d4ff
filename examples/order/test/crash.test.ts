import { type Chat, crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { order } from '../src/order.js'

/** Twelve turns: a wrong answer, a reminder, a correction, and an order. */
const orderPizzas = async (chat: Chat): Promise<void> => {
  const ana = chat.user('ana')
  const dishes = 'What would you like?\n1. pizza\n2. lasagne\n3. salad'
  const talk: [says: string, hears: string[]][] = [
    ['hi', ['Welcome.', dishes]],
    ['large pizza', ['How many?']],
    ['many', ['"many" is not a whole number from 1 to 12.', 'How many?']],
    ['change the dish', [dishes]],
    ['large lasagne', ['How many?']],
    ['two, please', ['Where to?']],
  ]
  for (const [says, hears] of talk) {
    await ana.says(says)
    for (const text of hears) await ana.toHear(text)
  }
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await ana.says('12 Hill Road')
  await ana.toHear('So that is two large lasagnes to 12 Hill Road. Shall I order it?')
  await ana.says('yes please')
  await ana.toHear('Ordered: two large lasagnes to 12 Hill Road. Enjoy your meal!')
  await ana.says('hello again')
  await ana.toHear('Welcome.')
  await ana.toHear(dishes)
  await ana.says('cancel')
  await ana.toHear('Cancelled.')
}

test.each(['memory', 'tcp'] as const)(
  'an order is taken as if nothing had happened, wherever bot or server die: %s',
  async (transport) => {
    const { points } = await crashSweep({ bot: order, transport }, orderPizzas)
    expect(points).toBe(66)
  },
  120_000,
)
