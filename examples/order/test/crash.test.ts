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
