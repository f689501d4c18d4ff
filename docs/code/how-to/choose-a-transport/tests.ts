import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from '../test-a-bot/table.js'

test.each(['memory', 'tcp'] as const)('a table is held for a quarter of an hour: %s', async (transport) => {
  await using chat = await harness({ bot: table, transport })
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
