import type { ParkedDetails, ParkedPage } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { Operator } from '../support/operator.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const name = { conversation: 'ana~order-bot', bot: 'order-bot' }

/** Ana's state of the bot does not fit its code, and a message waits. */
const withParkedState = async () => {
  const server = await TestServer.open()
  const ana = await server.person('ana')
  const bot = await server.bot('order-bot', { botVersion: '1' })
  await ana.say('daak/to/order-bot', 'hi')
  await bot.commit(await bot.lease(), ['hello'], {
    state: { size: 'large' },
    timers: { set: [{ id: 't', delayMs: 1_000 }], cancel: [] },
  })
  await ana.say('daak/to/order-bot', 'still there?')
  const { conversation, fence } = await bot.lease()
  await bot.client.call('turns/park', { conversation, fence, reason: 'no such state' })
  await server.rest()
  return { server, ana, bot, operator: await Operator.connect(server) }
}

describe('a parked state', () => {
  test('is listed and shown, with why, which version, since when, and what it holds', async () => {
    const { server, operator } = await withParkedState()
    const about = { ...name, reason: 'no such state', version: '1', since: server.clock.now(), revision: 1 }
    expect(await operator.call<ParkedPage>('parked/list', {})).toEqual({ states: [about] })
    expect(await operator.call<ParkedDetails>('parked/get', name)).toEqual({ ...about, state: { size: 'large' } })
  })

  test('is offered to the same version again where an operator says so', async () => {
    const { bot, operator } = await withParkedState()
    expect(await operator.call('parked/retry', name)).toEqual({ done: true })
    expect(await bot.lease()).toMatchObject({ state: { size: 'large' }, events: [{ payload: 'still there?' }] })
    expect(await operator.call('parked/retry', name)).toEqual({ done: false })
  })

  test('is dropped: what waits starts anew, its timers are gone, and a dead letter keeps it', async () => {
    const { server, ana, bot, operator } = await withParkedState()
    await ana.subscribe('daak/conversations/+/state/order-bot')
    expect(await operator.call('parked/drop', name)).toEqual({ done: true })
    const lease = await bot.lease()
    expect(lease).toMatchObject({ state: null, revision: 2, events: [{ payload: 'still there?' }] })
    await bot.commit(lease, ['Welcome.'])
    server.clock.advance(1_000)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    const { letters } = await operator.call<{ letters: object[] }>('dead-letters/list', {})
    expect(letters).toMatchObject([{ cause: 'no such state', about: { kind: 'state' } }])
    const told = ana.takeUnheard().filter(({ topic }) => topic.endsWith('/state/order-bot'))
    expect(told.map((packet) => JSON.parse(textOf(packet))).at(-1)).toMatchObject({ status: 'ready', revision: 3 })
    expect(await operator.call('parked/drop', name)).toEqual({ done: false })
  })

  test('that is none is told so', async () => {
    const { operator } = await withParkedState()
    await expect(operator.call('parked/get', { ...name, bot: 'another' })).rejects.toMatchObject({ code: -32004 })
  })
})
