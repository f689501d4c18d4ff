import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from './table.js'

test('a table inside', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear(/^Inside or outside/)
  await ana.presses('inside')
  await ana.toHear('For how many?')
  await ana.says('four')
  await ana.toHear('A table is yours.')
  chat.bot.toCover({ states: 50 })
})

test('no table', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear(/^Inside or outside/)
  await ana.says('cancel')
  await ana.toHear('No table, then.')
})
