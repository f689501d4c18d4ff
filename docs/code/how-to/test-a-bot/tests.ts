import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from './table.js'

test('a table is booked', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear('When?')
  await ana.presses('at eight')
  await ana.toHear('Who comes?')
  await ana.fills({ name: 'Ana', guests: 4 })
  await ana.toHear('A table for 4 at eight, Ana.')
})

test('a table is held for a quarter of an hour', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHear('When?')
  await ana.toHear('Who comes?')
  await ana.toHearNothing({ for: '14m' })
  await chat.restartBot()
  await chat.advance('1m')
  await ana.toHear('I can hold it no longer.')
  await ana.toHear('Cancelled.')
})

test('two people book at the same time', async () => {
  await using chat = await harness({ bot: table })
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  await Promise.all([ana.says('a table, please'), ben.says('a table, please')])
  await ana.presses('at six')
  await ben.presses('at eight')
  await ben.toHearInAnyOrder('When?', 'Who comes?')
  chat.bot.toBeInState('naming', { with: 'ben' })
  // What Ana hears is the matter of other tests.
  ana.ignoresTheRest()
})

test('a booking goes on on another device', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  const phone = ana.device('phone')
  await ana.says('a table, please')
  await ana.toHear('When?')
  await phone.presses('at six')
  await phone.toHear('Who comes?')
  await ana.toHear('at six', { from: 'ana' })
  await ana.toHear('Who comes?')
  await ana.fills({ name: 'Ana', guests: 4 })
  await ana.toHear('A table for 4 at six, Ana.')
  await phone.goesOffline()
  await chat.advance('1d')
  await phone.comesBack()
  await phone.toHear('Did you like it?')
  await chat.toDeliverExactlyOnce()
})

test('the day after, guests are asked how it was', async () => {
  const booked = { name: 'Ana', guests: 4 }
  await using chat = await harness({ bot: table, startAt: { state: 'booked', context: { time: 'at six', booked } } })
  const ana = chat.user('ana')
  await ana.toHear('A table for 4 at six, Ana.')
  chat.bot.toHaveScheduled('meal', { in: '1d' })
  await chat.advance('1d')
  await ana.toHear('Did you like it?')
  chat.bot.toHaveScheduled(undefined)
})
