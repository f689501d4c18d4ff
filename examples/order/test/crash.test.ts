import { crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { order } from '../src/order.js'
import { twelveTurns } from './conversations/twelve-turns.js'

test.each(['memory', 'tcp'] as const)(
  'an order is taken as if nothing had happened, wherever bot or server die: %s',
  async (transport) => {
    const { points } = await crashSweep({ bot: order, transport }, twelveTurns)
    expect(points).toBe(96)
  },
  300_000,
)

test('an order is remembered, whichever process is killed', async () => {
  const modules = [new URL('../src/order.ts', import.meta.url)]
  const { points } = await crashSweep({ bot: order, transport: 'process', modules }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Welcome.')
    await ana.toHear(/^What would you like\?/)
    await ana.says('large pizza')
    await ana.toHear('How many?')
    await chat.advance('10m')
    await ana.toHear('Are you still there?')
  })
  expect(points).toBe(18)
}, 300_000)
