import { describe, expect, test } from 'vitest'
import { retryDelayMs } from '../../src/backend/turns/retry-delay.js'
import { TestServer } from '../support/server.js'

/** A server on which the second try comes after 1,000 ms, and the third one 2,000 ms after that. */
const open = () => TestServer.open({ retries: { firstMs: 1_000, longestMs: 60_000 }, random: () => 0.999_999 })

describe('a bot that has failed', () => {
  test('tries again after a wait that grows, and what came meanwhile waits behind it', async () => {
    const server = await open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { capacity: 5 })
    await ana.say('daak/to/order-bot', 'bad')
    await bot.fail(await bot.lease(), { cause: 'it threw' })
    await ana.say('daak/to/order-bot', 'next', { properties: [['id', 'next']] })
    server.clock.advance(999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    const second = await bot.lease()
    expect(second).toMatchObject({ attempt: 2, events: [{ payload: 'bad' }, { payload: 'next' }] })
    await bot.fail(second, { cause: 'it threw again' })
    server.clock.advance(1_999)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    server.clock.advance(1)
    await bot.fail(await bot.lease(), { cause: 'it threw again' })
    expect(await bot.lease()).toMatchObject({ attempt: 1, events: [{ payload: 'next' }] })
  })

  test('waits on after a restart of the server', async () => {
    let server = await open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'bad')
    await bot.fail(await bot.lease(), { cause: 'it threw' })
    server.clock.advance(400)
    server = await server.restart()
    const back = await server.bot('order-bot')
    await server.rest()
    expect(back.client.takeUnheard()).toEqual([])
    server.clock.advance(600)
    expect((await back.lease()).attempt).toBe(2)
  })

  test('serves other conversations meanwhile', async () => {
    const server = await open()
    const [ana, ben] = [await server.person('ana'), await server.person('ben')]
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'bad')
    await bot.fail(await bot.lease(), { cause: 'it threw' })
    await ben.say('daak/to/order-bot', 'good')
    expect((await bot.lease()).conversation).toBe('ben~order-bot')
  })

  test('is not waited for where it went away once, and is where it did so again', async () => {
    const server = await open()
    const ana = await server.person('ana')
    await ana.say('daak/to/order-bot', 'bad')
    for (const attempt of [1, 2]) {
      const bot = await server.bot('order-bot', { connection: `instance-${attempt}` })
      expect((await bot.lease()).attempt).toBe(attempt)
      await bot.client.vanish()
    }
    const third = await server.bot('order-bot', { connection: 'instance-3' })
    await server.rest()
    expect(third.client.takeUnheard()).toEqual([])
    server.clock.advance(2_000)
    expect((await third.lease()).attempt).toBe(3)
  })
})

test('a wait doubles up to the longest one, and is cut by up to a half at random', () => {
  const terms = { firstMs: 1_000, longestMs: 5_000 }
  expect([1, 2, 3, 4, 9].map((attempt) => retryDelayMs(attempt, terms, () => 1))).toEqual([
    1_000, 2_000, 4_000, 5_000, 5_000,
  ])
  expect(retryDelayMs(1, terms, () => 0)).toBe(500)
})
