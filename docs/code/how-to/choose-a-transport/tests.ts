import { harness } from '@daakia/testing'
import { test, vi } from 'vitest'
import { table } from '../test-a-bot/table.js'

const modules = [new URL('../test-a-bot/table.ts', import.meta.url)]

// Processes take a while to start.
vi.setConfig({ testTimeout: 120_000 })

test.each(['memory', 'tcp', 'process'] as const)('a table is held for a quarter of an hour: %s', async (transport) => {
  await using chat = await harness({ bot: table, transport, modules })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHear('When?')
  await ana.toHear('Who comes?')
  await chat.advance('15m')
  await ana.toHear('I can hold it no longer.')
  await ana.toHear('Cancelled.')
})

test('a table is booked in real time', async () => {
  await using chat = await harness({ bot: table, time: 'real', transport: 'tcp' })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear('When?')
  await ana.presses('at eight')
  await ana.toHear('Who comes?')
  await ana.fills({ name: 'Ana', guests: 4 })
  await ana.toHear('A table for 4 at eight, Ana.')
})
