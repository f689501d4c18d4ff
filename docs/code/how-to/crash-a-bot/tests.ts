import { crashSweep, harness } from '@daakia/testing'
import { expect, test } from 'vitest'
import { table } from '../test-a-bot/table.js'
import { charges, kiosk } from './kiosk.js'

test('nobody pays twice, whoever dies', async () => {
  const { points } = await crashSweep({ bot: kiosk }, async (chat) => {
    charges.clear()
    const ana = chat.user('ana')
    await ana.says('a coffee, please')
    await ana.toHear('Paid. Your coffee is coming.')
    expect(charges.size).toBe(1)
  })
  expect(points).toBe(9)
})

test('a table is held while the server restarts', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHear('When?')
  await ana.toHear('Who comes?')
  await chat.restartServer()
  await chat.restartBot()
  await ana.fills({ name: 'Ana', guests: 4 })
  await ana.toHear('A table for 4 at six, Ana.')
  await chat.toDeliverExactlyOnce()
  await chat.toPreserveOrder()
})

test('a table is kept, whichever process is killed', async () => {
  const modules = [new URL('../test-a-bot/table.ts', import.meta.url)]
  const { points } = await crashSweep({ bot: table, transport: 'process', modules }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('a table, please')
    await ana.toHear('When?')
    await ana.presses('at six')
    await ana.toHear('Who comes?')
  })
  expect(points).toBe(12)
}, 120_000)
