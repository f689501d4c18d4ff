import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from './table.js'

test('the whole way is gone', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  ana.ignoresTheRest()
  chat.bot.toCover({ states: 50, choices: 50 })
})
