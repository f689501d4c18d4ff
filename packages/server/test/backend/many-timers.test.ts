import { describe, expect, test } from 'vitest'
import { TestServer } from '../support/server.js'

const year = 365 * 86_400_000

describe('timers that wait', () => {
  test('cost their storage alone: nothing in memory waits for each of them', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    const set = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `t${i}`, delayMs: year + i }))
    await ana.say('daak/to/order-bot', 'one')
    await bot.commit(await bot.lease(), [], { timers: { set: set(1), cancel: [] } })
    await server.rest()
    const alarms = server.clock.alarms
    await ana.say('daak/to/order-bot', 'many')
    await bot.commit(await bot.lease(), [], { timers: { set: set(5_000), cancel: [] } })
    await server.rest()
    expect(server.clock.alarms).toBe(alarms)
  })

  test('fire years later, also over a restart, in their order and once', async () => {
    let server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'remind me')
    const set = [
      { id: 'in nine years', delayMs: 9 * year },
      { id: 'in three years', delayMs: 3 * year },
    ]
    await bot.commit(await bot.lease(), [], { timers: { set, cancel: [] } })
    await server.server.close()
    server.clock.advance(10 * year)
    server = await server.restart()
    const back = await server.bot('order-bot', { connection: 'back' })
    const lease = await back.lease()
    expect(lease.timers.map(({ id }) => id)).toEqual(['in three years', 'in nine years'])
    const { more } = await back.commit(lease, [], { timers: { set: [], cancel: ['in three years'] } })
    expect(more?.timers.map(({ id }) => id)).toEqual(['in nine years'])
    await back.commit(lease, [], { revision: 2, timers: { set: [], cancel: ['in nine years'] } })
    server.clock.advance(60_000)
    await server.rest()
    expect(back.client.takeUnheard()).toEqual([])
  })

  test('are replaced and cancelled with the commit', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    const commit = async (timers: { set: { id: string; delayMs: number }[]; cancel: string[] }) => {
      await ana.say('daak/to/order-bot', 'go on')
      await bot.commit(await bot.lease(), [], { timers })
    }
    await commit({
      set: [
        { id: 'a', delayMs: 1_000 },
        { id: 'b', delayMs: 1_000 },
      ],
      cancel: [],
    })
    await commit({ set: [{ id: 'a', delayMs: 5_000 }], cancel: ['b'] })
    server.clock.advance(4_999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    expect((await bot.lease()).timers.map(({ id }) => id)).toEqual(['a'])
  })
})
