import { harness, lossSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { table } from '../test-a-bot/table.js'

test('a table is booked once, though the server was not heard to have understood', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear('When?')
  ana.connection.drops('puback')
  await ana.presses('at six')
  await ana.toHear('Who comes?')
  await chat.toDeliverExactlyOnce()
})

test('a turn that the bot does not know to be stored is stored once', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  chat.bot.connection.duplicates('publish')
  await ana.says('a table, please')
  await ana.toHear('When?')
  await ana.toHearNothing()
  await chat.toDeliverExactlyOnce()
})

test('a connection that is half-open is noticed', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear('When?')
  ana.connection.goesSilent()
  await ana.presses('at six')
  await chat.advance('30s')
  await ana.toHear('Who comes?')
})

test('what is said on one device overtakes what is said on another', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  const phone = ana.device('phone')
  phone.connection.reorders('publish')
  await phone.says('a table, please')
  await ana.says('hello?')
  await ana.toHear('When?')
  await ana.toHear('Who comes?')
  await chat.toPreserveOrder()
})

test('a table is booked, whatever gets lost', async () => {
  const { losses } = await lossSweep({ bot: table, packets: ['publish', 'puback'] }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('a table, please')
    await ana.toHear('When?')
  })
  expect(losses).toContainEqual({ of: 'ana', packet: 'puback', from: 'server', nth: 1 })
})
