import { expect, test } from 'vitest'
import { TestServer } from '../support/server.js'

const conversation = 'ana~order-bot'

/** Ana has written, and the bot has its turn. */
const atWork = async () => {
  const server = await TestServer.open()
  const ana = await server.person('ana')
  const bot = await server.bot('order-bot')
  await ana.say('daak/to/order-bot', 'hi')
  return { server, bot, lease: await bot.lease() }
}

test('a server does not rest while a bot keeps its turn, and tells which, with what, since when', async () => {
  const { server, bot, lease } = await atWork()
  const since = server.clock.now()
  let rests = false
  const rest = server.rest().then(() => {
    rests = true
  })
  server.clock.advance(1_500)
  await bot.client.call('turns/renew', { conversation, fence: lease.fence })
  expect(rests).toBe(false)
  expect(server.server.openTurns()).toMatchObject([{ bot: 'order-bot', conversation, seq: 1, since }])
  await bot.commit(lease)
  await rest
  expect(server.server.openTurns()).toEqual([])
})

test('who waits for what the server does alone does not wait for a turn that a bot has in hand', async () => {
  const { server, bot, lease } = await atWork()
  const rests = () => server.server.rest({ butTurns: true })
  await rests()
  expect(server.server.openTurns()).toHaveLength(1)
  const ben = await server.person('ben')
  await ben.say('daak/to/order-bot', 'hi')
  await bot.commit(lease)
  await rests()
  expect(server.server.openTurns()).toMatchObject([{ conversation: 'ben~order-bot' }])
})

test('of a timer that a bot has in hand the id is told', async () => {
  const { server, bot, lease } = await atWork()
  await bot.commit(lease, [], { timers: { set: [{ id: 'reminder', delayMs: 1_000 }], cancel: [] } })
  server.clock.advance(1_000)
  await bot.lease()
  expect(server.server.openTurns()).toMatchObject([{ bot: 'order-bot', timer: 'reminder' }])
})
