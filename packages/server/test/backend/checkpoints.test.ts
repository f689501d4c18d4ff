import { describe, expect, test } from 'vitest'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

/** The bot has said that it takes a moment, and is at work. */
const atWork = async () => {
  const server = await TestServer.open()
  const ana = await server.person('ana')
  const bot = await server.bot('order-bot')
  await ana.say('daak/to/order-bot', 'pay')
  const lease = await bot.lease()
  const answer = await bot.commit(lease, ['One moment.'], { state: 'at work', checkpoint: true })
  return { server, ana, bot, lease, answer }
}

describe('a checkpoint', () => {
  test('is heard at once, and keeps the lease', async () => {
    const { ana, bot, lease, answer } = await atWork()
    expect(answer).toEqual({ revision: 1, head: 2 })
    expect(await ana.hearsTexts(2)).toEqual(['pay', 'One moment.'])
    await bot.commit(lease, ['Paid.'], { revision: 1 })
    expect(await ana.hearsTexts(1)).toEqual(['Paid.'])
  })

  test('has what comes meanwhile pushed, also what came with it', async () => {
    const { ana, bot, lease } = await atWork()
    await ana.say('daak/to/order-bot', 'cancel')
    expect((await bot.push()).events).toMatchObject([{ payload: 'cancel' }])
    await bot.commit(lease, ['Stopped.'], { revision: 1, processed: 3 })
  })

  test('gives the work to another instance when its bot is lost, with the state and nothing twice', async () => {
    const { server, ana, bot } = await atWork()
    await bot.client.vanish()
    const other = await server.bot('order-bot', { connection: 'other' })
    const lease = await other.lease()
    expect(lease).toMatchObject({
      unfinished: true,
      state: 'at work',
      events: [],
      timers: [],
      attempt: 1,
      processed: 1,
    })
    await other.commit(lease, ['Paid.'])
    await server.rest()
    expect(other.client.takeUnheard()).toEqual([])
    expect(await ana.hearsTexts(3)).toEqual(['pay', 'One moment.', 'Paid.'])
  })

  test('is told to members as work that goes on', async () => {
    const { server, bot, lease } = await atWork()
    const watcher = await server.client('ana', { connection: 'watcher' })
    await watcher.subscribe('daak/conversations/+/state/+')
    expect(JSON.parse(textOf(await watcher.hears()))).toMatchObject({ status: 'working', processed: 1, head: 2 })
    await bot.commit(lease, ['Paid.'], { revision: 1 })
    expect(JSON.parse(textOf(await watcher.hears()))).toMatchObject({ status: 'ready', processed: 1, head: 3 })
  })

  test('sent again gets its first answer again, and is applied once', async () => {
    const { ana, bot, lease } = await atWork()
    const again = bot.commitOf(lease, ['Still at it.'], { revision: 1, checkpoint: true })
    const answers = [await bot.client.call('turns/commit', again), await bot.client.call('turns/commit', again)]
    expect(answers).toEqual([{ result: { revision: 2, head: 3 } }, { result: { revision: 2, head: 3 } }])
    await bot.commit(lease, ['Paid.'], { revision: 2 })
    expect(await ana.hearsTexts(4)).toEqual(['pay', 'One moment.', 'Still at it.', 'Paid.'])
  })
})
