import type { DeadLetterDetails, DeadLetterPage, DeadLettersDone } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import type { FakeBot } from '../support/fake-bot.js'
import { Operator } from '../support/operator.js'
import { TestServer } from '../support/server.js'

const open = async () => {
  const server = await TestServer.open()
  return {
    server,
    ana: await server.person('ana'),
    bot: await server.bot('order-bot'),
    operator: await Operator.connect(server),
  }
}

const failThrice = async (bot: FakeBot, cause: string) => {
  for (let attempt = 1; attempt <= 3; attempt++) await bot.fail(await bot.lease(), { cause })
}

describe('dead letters', () => {
  test('are listed and shown with what they are about and why', async () => {
    const { server, ana, bot, operator } = await open()
    await ana.say('daak/to/order-bot', 'bad')
    await failThrice(bot, 'it threw')
    await server.rest()
    const { letters, next } = await operator.call<DeadLetterPage>('dead-letters/list', { bot: 'order-bot' })
    const id = 'ana~order-bot/order-bot/1'
    expect([letters, next]).toMatchObject([
      [{ id, bot: 'order-bot', cause: 'it threw', about: { kind: 'message', seq: 1, from: 'ana' } }],
      undefined,
    ])
    expect(letters[0]?.tries).toEqual(Array(3).fill({ at: server.clock.now(), cause: 'it threw' }))
    const letter = await operator.call<DeadLetterDetails>('dead-letters/get', { id })
    expect(letter.about).toMatchObject({ kind: 'message', message: { payload: 'bad', from: 'ana' } })
  })

  test('are given to the bot again, once, and answered', async () => {
    const { server, ana, bot, operator } = await open()
    await ana.say('daak/to/order-bot', 'bad')
    await ana.say('daak/to/order-bot', 'good')
    await failThrice(bot, 'it threw')
    await bot.commit(await bot.lease(), ['answer to good'])
    const ids = ['ana~order-bot/order-bot/1']
    expect(await operator.call<DeadLettersDone>('dead-letters/retry', { ids })).toEqual({
      ...{ done: ids, missing: [], refused: [] },
    })
    const lease = await bot.lease()
    expect(lease).toMatchObject({ attempt: 1, processed: 2, events: [{ seq: 1, payload: 'bad' }] })
    await bot.commit(lease, ['answer to bad'], { processed: 2, again: [1] })
    expect(await operator.call('dead-letters/retry', { ids })).toEqual({ done: [], missing: ids, refused: [] })
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    expect(await ana.hearsTexts(4)).toEqual(['bad', 'good', 'answer to good', 'answer to bad'])
  })

  test('wait for the turn that is open, and for a bot that is away', async () => {
    const { server, ana, bot, operator } = await open()
    await ana.say('daak/to/order-bot', 'bad')
    await failThrice(bot, 'it threw')
    await ana.say('daak/to/order-bot', 'good')
    const open_ = await bot.lease()
    await operator.call('dead-letters/retry', { ids: ['ana~order-bot/order-bot/1'] })
    const { more } = await bot.commit(open_, ['done'])
    expect(more?.events).toMatchObject([{ seq: 1 }])
    await bot.client.vanish()
    const back = await server.bot('order-bot', { connection: 'back' })
    expect((await back.lease()).events).toMatchObject([{ seq: 1 }])
  })

  test('that nobody names as handled come again, and are set aside after three tries', async () => {
    const { ana, bot, operator } = await open()
    await ana.say('daak/to/order-bot', 'bad')
    await ana.say('daak/to/order-bot', 'good')
    await failThrice(bot, 'it threw')
    await bot.commit(await bot.lease())
    await operator.call('dead-letters/retry', { ids: ['ana~order-bot/order-bot/1'] })
    for (let attempt = 1; attempt <= 3; attempt++)
      expect(await bot.tryCommit(await bot.lease())).toMatchObject({ error: { code: -32002 } })
    await ana.say('daak/to/order-bot', 'next')
    expect((await bot.lease()).events).toMatchObject([{ payload: 'next' }])
    const { letters } = await operator.call<DeadLetterPage>('dead-letters/list', {})
    expect(letters).toMatchObject([{ about: { seq: 1 } }])
  })

  test('are dropped, once', async () => {
    const { ana, bot, operator } = await open()
    await ana.say('daak/to/order-bot', 'bad')
    await failThrice(bot, 'it threw')
    await ana.say('daak/to/order-bot', 'next')
    await bot.lease()
    const ids = ['ana~order-bot/order-bot/1', 'never/was/1']
    expect(await operator.call('dead-letters/drop', { ids })).toEqual({
      done: [ids[0]],
      missing: [ids[1]],
      refused: [],
    })
    expect(await operator.call('dead-letters/drop', { ids })).toMatchObject({ done: [], missing: ids })
    await expect(operator.call('dead-letters/get', { id: ids[0] })).rejects.toMatchObject({ code: -32004 })
  })

  test.each([
    ['dead-letters/list', {}],
    ['dead-letters/get', { id: 'a/b/1' }],
    ['dead-letters/retry', { ids: ['a/b/1'] }],
    ['dead-letters/drop', { ids: ['a/b/1'] }],
    ['parked/list', {}],
    ['parked/get', { conversation: 'a', bot: 'b' }],
    ['parked/retry', { conversation: 'a', bot: 'b' }],
    ['parked/drop', { conversation: 'a', bot: 'b' }],
    ['states/list', { bot: 'b' }],
  ])('and parked states are for operators alone: %s', async (method, params) => {
    const { ana } = await open()
    expect(await ana.call(method, params)).toMatchObject({ error: { code: -32001 } })
  })

  test.each([
    ['dead-letters/list', { after: 'nonsense' }, 'after: must be the next of the page before'],
    ['dead-letters/list', { limit: 0 }, 'limit: must be at least'],
    ['dead-letters/retry', { ids: [] }, 'ids: must be at least'],
    ['dead-letters/get', { id: 'x'.repeat(1_000) }, 'id: must be at most'],
    ['parked/get', { conversation: 'x'.repeat(1_000), bot: 'b' }, 'conversation: must be at most'],
  ])('are asked for in words that make sense: %s %j', async (method, params, help) => {
    const { operator } = await open()
    await expect(operator.call(method, params)).rejects.toThrow(help)
  })
})
