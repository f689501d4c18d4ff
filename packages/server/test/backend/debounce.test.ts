import { describe, expect, test } from 'vitest'
import { TestServer } from '../support/server.js'

const announced = { debounce: '1000', 'debounce-longest': '3000' }

describe('a bot that wants quiet', () => {
  test('gets its turn when nobody has spoken for a while, with all that was said', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { announced })
    await ana.say('daak/to/order-bot', 'two large')
    server.clock.advance(900)
    await ana.say('daak/to/order-bot', 'pizzas')
    server.clock.advance(999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    expect((await bot.lease()).events).toMatchObject([{ payload: 'two large' }, { payload: 'pizzas' }])
  })

  test('gets it after the longest wait from one who never stops', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { announced })
    for (let i = 0; i < 4; i++) {
      await ana.say('daak/to/order-bot', `${i}`)
      server.clock.advance(750)
    }
    expect((await bot.lease()).events).toHaveLength(4)
  })

  test('waits on over a restart of the server', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    await server.bot('order-bot', { announced })
    await ana.say('daak/to/order-bot', 'two large')
    server = await server.restart()
    const back = await server.bot('order-bot', { announced })
    await server.rest()
    expect(back.client.takeUnheard()).toEqual([])
    server.clock.advance(1_000)
    expect((await back.lease()).events).toHaveLength(1)
  })

  test('has "cancel" pushed at once while it is at work', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { announced })
    await ana.say('daak/to/order-bot', 'two large')
    server.clock.advance(1_000)
    await bot.lease()
    await ana.say('daak/to/order-bot', 'cancel')
    expect((await bot.push()).events).toMatchObject([{ payload: 'cancel' }])
  })

  test.each([
    { debounce: '0' },
    { debounce: 'soon' },
    { debounce: '3600001' },
    { 'debounce-longest': '1' },
    { debounce: '5', 'debounce-longest': '4' },
  ])('is refused where it makes no sense: %j', async (properties) => {
    const server = await TestServer.open()
    const client = await server.client('order-bot')
    const { reasonCodes, properties: told } = await client.subscribe('daak/turns/+', { properties: { ...properties } })
    expect([reasonCodes, told?.reasonString]).toEqual([[0x83], expect.stringContaining('"debounce')])
  })
})

const patient = { debounce: { quietMs: 2_000 } }

describe('a bot whose commit says how what comes next waits for quiet', () => {
  test('gets its turn then, with all that was said', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), ['What would you like?'], patient)
    await ana.say('daak/to/order-bot', 'two large')
    server.clock.advance(1_000)
    await ana.say('daak/to/order-bot', 'pizzas')
    server.clock.advance(1_999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    expect((await bot.lease()).events).toMatchObject([{ payload: 'two large' }, { payload: 'pizzas' }])
  })

  test('gets it after five times as long from one who never stops', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], patient)
    for (let i = 0; i < 10; i++) {
      await ana.say('daak/to/order-bot', `${i}`)
      server.clock.advance(1_000)
    }
    expect((await bot.lease()).events).toHaveLength(10)
  })

  test('loses its lease where something waits that was said just now', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    await ana.say('daak/to/order-bot', 'two large')
    expect(await bot.commit(lease, [], patient)).not.toHaveProperty('more')
    server.clock.advance(2_000)
    expect((await bot.lease()).events).toMatchObject([{ payload: 'two large' }])
  })

  test('gets at once what was said when the next commit says nothing of it', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], patient)
    await ana.say('daak/to/order-bot', 'two large')
    server.clock.advance(2_000)
    const lease = await bot.lease()
    await ana.say('daak/to/order-bot', 'pizzas')
    expect((await bot.commit(lease)).more?.events).toMatchObject([{ payload: 'pizzas' }])
  })

  test('waits so over a restart of the server, and as another instance', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], patient)
    server = await server.restart()
    const back = await server.person('ana')
    const another = await server.bot('order-bot', { connection: 'another' })
    await back.say('daak/to/order-bot', 'two large')
    server.clock.advance(1_999)
    await server.rest()
    expect(another.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    expect((await another.lease()).events).toMatchObject([{ payload: 'two large' }])
  })

  test('waits so in that conversation alone', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const ben = await server.person('ben')
    const bot = await server.bot('order-bot', { capacity: 2 })
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], patient)
    await ana.say('daak/to/order-bot', 'two large')
    await ben.say('daak/to/order-bot', 'hello')
    expect((await bot.lease()).events).toMatchObject([{ payload: 'hello' }])
  })

  test.each([{ quietMs: 0 }, { quietMs: 1.5 }, { quietMs: 3_600_001 }, { quietMs: 5, longestMs: 4 }, { longestMs: 5 }])(
    'is refused where it makes no sense: %j',
    async (debounce) => {
      const server = await TestServer.open()
      const ana = await server.person('ana')
      const bot = await server.bot('order-bot')
      await ana.say('daak/to/order-bot', 'hi')
      const answer = await bot.tryCommit(await bot.lease(), [], { debounce: debounce as { quietMs: number } })
      expect(answer).toMatchObject({ error: { code: -32602, message: expect.stringContaining('debounce') } })
    },
  )
})
