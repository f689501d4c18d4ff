import { crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { careless, charges, counter, forgetful, greeted, insistent, tickets, waiterBot } from './kiosk.js'

test('somebody pays twice', async () => {
  await crashSweep({ bot: careless }, async (chat) => {
    charges.clear()
    const ana = chat.user('ana')
    await ana.says('a coffee, please')
    await ana.toHear('Paid. Your coffee is coming.')
    expect(charges.size).toBe(1)
  })
})

test('a number is lost', async () => {
  await crashSweep({ bot: counter }, async (chat) => {
    tickets.last = 0
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    await ana.says('a number, please')
  })
})

test('an answer is doubled', async () => {
  await crashSweep({ bot: insistent }, async (chat) => {
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    await ana.says('hello')
    await ana.says('tea')
  })
})

test('a greeting comes in another order', async () => {
  await crashSweep({ bot: forgetful }, async (chat) => {
    greeted.times = 0
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    await ana.says('hello')
  })
})

test('an order is forgotten', async () => {
  await crashSweep({ bot: () => waiterBot() }, async (chat) => {
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    await ana.says('hello')
    await ana.says('a tea')
    await ana.says('well?')
  })
})
