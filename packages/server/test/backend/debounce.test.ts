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
