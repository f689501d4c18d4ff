import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

describe('a turn that fails', () => {
  test('is tried three times; then its message is given up, the user is told, and the next one is served', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot', { apology: 'Sorry, that went wrong.' })
    await ana.say('daak/to/order-bot', 'good')
    await bot.commit(await bot.lease(), ['fine'], { state: 'the last good state' })
    await ana.say('daak/to/order-bot', 'bad')
    await ana.say('daak/to/order-bot', 'next')
    for (const attempt of [1, 2, 3]) {
      const lease = await bot.lease()
      expect(lease.attempt).toBe(attempt)
      expect(await bot.fail(lease, { seq: 3, cause: 'it threw' })).toEqual({ result: {} })
    }
    const lease = await bot.lease()
    expect(lease).toMatchObject({ attempt: 1, state: 'the last good state', events: [{ payload: 'next' }] })
    await bot.commit(lease, ['served'])
    expect(await ana.hearsTexts(6)).toEqual(['good', 'fine', 'bad', 'next', 'Sorry, that went wrong.', 'served'])
  })

  test('is counted when its bot dies without a word, also over restarts of the server', async () => {
    let server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.say('daak/to/order-bot', 'bad')
    await ana.say('daak/to/order-bot', 'next')
    for (const attempt of [1, 2, 3]) {
      const bot = await server.bot('order-bot', { apology: 'Sorry.' })
      expect((await bot.lease()).attempt).toBe(attempt)
      server = await server.restart()
    }
    const bot = await server.bot('order-bot', { apology: 'Sorry.' })
    expect(await bot.lease()).toMatchObject({ attempt: 1, events: [{ payload: 'next' }] })
  })

  test('on a timer costs the timer, and no message', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), [], { timers: { set: [{ id: 'bad', delayMs: 1_000 }], cancel: [] } })
    server.clock.advance(1_000)
    for (let attempt = 1; attempt <= 3; attempt++)
      await bot.fail(await bot.lease(), { timer: 'bad', cause: 'it threw' })
    await ana.say('daak/to/order-bot', 'after')
    expect(await bot.lease()).toMatchObject({ events: [{ payload: 'after' }], timers: [] })
  })

  test('tells the public state that was left behind when its message is given up', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.subscribe('daak/conversations/+/state/order-bot')
    await ana.say('daak/to/order-bot', 'bad')
    await ana.hears()
    for (let attempt = 1; attempt <= 3; attempt++) await bot.fail(await bot.lease(), { cause: 'it threw' })
    expect(JSON.parse(textOf(await ana.hears()))).toMatchObject({ processed: 1, revision: 1, value: null })
  })

  test('after its lease was lost changes nothing', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    await bot.commit(lease)
    expect(await bot.fail(lease, { cause: 'too late' })).toMatchObject({ error: { code: -32002 } })
  })
})

describe('a state that does not fit its bot', () => {
  test('is parked, visibly, and waits for a bot of another version', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const old = await server.bot('order-bot', { botVersion: '2' })
    await ana.say('daak/to/order-bot', 'hi')
    const { conversation, fence } = await old.lease()
    const watcher = await server.client('ana', { connection: 'watcher' })
    await watcher.subscribe('daak/conversations/+/state/+')
    expect(await old.client.call('turns/park', { conversation, fence, reason: 'no such state' })).toEqual({
      result: {},
    })
    const told = await watcher.hears()
    expect([told.topic, JSON.parse(textOf(told)).status]).toEqual([
      `daak/conversations/${conversation}/state/order-bot`,
      'parked',
    ])
    await ana.say('daak/to/order-bot', 'hello?')
    await server.rest()
    expect(old.client.takeUnheard()).toEqual([])
    const fixed = await server.bot('order-bot', { connection: 'fixed', botVersion: '3' })
    expect(await fixed.lease()).toMatchObject({
      conversation,
      attempt: 1,
      events: [{ payload: 'hi' }, { payload: 'hello?' }],
    })
  })
})

describe('a message that nobody expects', () => {
  test('gets through in every form: bytes that are no text come as base 64', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const bot = await server.bot('order-bot')
    const puback = await ana.say('daak/to/order-bot', new Uint8Array([0xff, 0x00]), {
      mqtt: { contentType: 'image/x' },
    })
    expect(propertyOf(puback, 'seq')).toBe('1')
    expect((await bot.lease()).events).toMatchObject([
      { type: 'data', contentType: 'image/x', payload: '/wA=', encoding: 'base64' },
    ])
  })
})
