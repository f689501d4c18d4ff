import { harness } from '@daakia/testing'
import { test } from 'vitest'
import { table } from '../test-a-bot/table.js'
import { chatty, kitchen, renovated } from './kitchen.js'

test('something else is said', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHear('Who comes')
})

test('a part of it is expected', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.toHear('When')
})

test('one of several is not said', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHearInAnyOrder('When?', 'How many?')
})

test('nothing is said yet', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at six')
  await ana.toHear('When?')
  await ana.toHear('Who comes?')
  await chat.advance('10m')
  await ana.toHear('Cancelled.')
})

test('the bot is in another state', async () => {
  await using chat = await harness({ bot: table, startAt: { state: 'naming', context: { time: 'at six' } } })
  const ana = chat.user('ana')
  await ana.fills({ name: 'Ana', guests: 12 })
  ana.ignoresTheRest()
  chat.bot.toBeInState('booked')
})

test('nothing of that name can be pressed', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.presses('at seven')
})

test('the form takes something else', async () => {
  await using chat = await harness({ bot: table, startAt: { state: 'naming' } })
  const ana = chat.user('ana')
  await ana.fills({ guests: 'four' })
})

test('another timer waits', async () => {
  await using chat = await harness({ bot: table, startAt: { state: 'naming' } })
  const ana = chat.user('ana')
  await ana.toHear('Who comes?')
  chat.bot.toHaveScheduled('hold', { in: '10m' })
})

test('somebody breaks the silence', async () => {
  await using chat = await harness({ bot: table, startAt: { state: 'naming' } })
  const ana = chat.user('ana')
  await ana.toHear('Who comes?')
  await ana.toHearNothing({ for: '20m' })
})

test('something is left unheard', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  await ana.says('a table, please')
  await ana.says('cancel')
  await ana.toHear('When?')
})

test('an await is missing', async () => {
  await using chat = await harness({ bot: table })
  const ana = chat.user('ana')
  ana.says('a table, please')
  await ana.toHear('Who comes?')
})

test('an await of the harness is missing', async () => {
  const chat = harness({ bot: table })
  // @ts-expect-error it is a promise
  await chat.user('ana').says('a table, please')
})

test('the chat is left open', async () => {
  const chat = await harness({ bot: table })
  await chat.user('ana').says('a table, please')
})

test('the bot breaks', async () => {
  await using chat = await harness({ bot: kitchen })
  const ana = chat.user('ana')
  await ana.says('tea, please')
  await ana.toHear('Here you are.')
})

test('the bot is still at work', async () => {
  await using chat = await harness({ bot: kitchen, stuckAfterMs: 500 })
  const ana = chat.user('ana')
  await ana.says('soup, please')
})

test('the bot never gets its turns', async () => {
  await using chat = await harness({ bot: chatty })
  const ana = chat.user('ana')
  await ana.says('tea, please')
  await ana.toHear('Here you are.')
})

test('the bot is parked', async () => {
  await using chat = await harness({ bot: renovated })
  const ana = chat.user('ana')
  await ana.says('hello')
  await ana.toHear('What would you like?')
  renovated.isDeployed()
  await chat.restartBot()
  await ana.says('tea, please')
  await ana.toHear('Here you are.')
})
