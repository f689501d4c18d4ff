import { BotState } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const stateOf = (message: PublishPacket) => BotState.parse(JSON.parse(textOf(message)))
const allStates = 'daak/conversations/+/state/+'

/** A server on which `order-bot` has answered a first message of each of these people. */
const served = async (...names: string[]) => {
  const server = await TestServer.open()
  const bot = await server.bot('order-bot', { capacity: 10 })
  for (const name of names) {
    await (await server.client(name)).say('daak/to/order-bot', 'hi')
    await bot.commit(await bot.lease(), ['Welcome.'])
  }
  return { server, bot }
}

describe('the public state of a bot', () => {
  test('is told to a new subscriber, retained', async () => {
    const { server } = await served('ana')
    const ana = await server.client('ana')
    await ana.subscribe('daak/conversations/ana~order-bot/state/order-bot', { identifier: 5 })
    const told = await ana.hears()
    expect([told.topic, told.retain, told.properties?.subscriptionIdentifiers]).toEqual([
      'daak/conversations/ana~order-bot/state/order-bot',
      true,
      [5],
    ])
    expect(stateOf(told)).toEqual({
      value: 'waiting',
      tags: [],
      accepts: ['message'],
      processed: 1,
      revision: 1,
      head: 2,
      status: 'ready',
    })
  })

  test('is told for all conversations of a client with +, and for nobody else’s', async () => {
    const { server } = await served('ana', 'ben')
    const ana = await server.client('ana')
    await ana.say('daak/to/cem', 'no bot here')
    await ana.subscribe(allStates)
    await server.rest()
    expect(ana.takeUnheard().map(({ topic }) => topic)).toEqual(['daak/conversations/ana~order-bot/state/order-bot'])
  })

  test('is told when it changes, after what was said with it', async () => {
    const { server, bot } = await served('ana')
    const ana = await server.person('ana')
    await ana.subscribe(allStates, { retainHandling: 2 })
    await ana.say('daak/to/order-bot', 'two')
    await bot.commit(await bot.lease(), ['Anything else?', 'Tell me.'])
    const heard = [await ana.hears(), await ana.hears(), await ana.hears(), await ana.hears()]
    expect(heard.slice(0, 3).map(textOf)).toEqual(['two', 'Anything else?', 'Tell me.'])
    const [, , last, told] = heard as [PublishPacket, PublishPacket, PublishPacket, PublishPacket]
    expect(stateOf(told)).toMatchObject({ processed: 3, revision: 2, head: Number(propertyOf(last, 'seq')) })
    expect(told.retain).toBe(false)
  })

  test('keeps its retain flag for who asked for that', async () => {
    const { server, bot } = await served('ana')
    const ana = await server.client('ana')
    await ana.subscribe(allStates, { retainHandling: 2, retainAsPublished: true })
    await ana.say('daak/to/order-bot', 'two')
    await bot.commit(await bot.lease())
    expect((await ana.hears()).retain).toBe(true)
  })

  test.each([
    { retainHandling: 0, again: 1 },
    { retainHandling: 1, again: 0 },
    { retainHandling: 2, again: 0 },
  ] as const)('is told $again times to who subscribes again with Retain Handling $retainHandling', async (each) => {
    const { server } = await served('ana')
    const ana = await server.client('ana')
    await ana.subscribe(allStates)
    await ana.hears()
    await ana.subscribe(allStates, { retainHandling: each.retainHandling })
    await server.rest()
    expect(ana.takeUnheard()).toHaveLength(each.again)
  })

  test('is told no more after the subscription has ended', async () => {
    const { server, bot } = await served('ana')
    const ana = await server.client('ana')
    await ana.subscribe(allStates, { retainHandling: 2 })
    await ana.unsubscribe(allStates)
    await ana.say('daak/to/order-bot', 'two')
    await bot.commit(await bot.lease())
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })

  test('is told to every member, of a bot among several', async () => {
    const server = await TestServer.open()
    const bot = await server.bot('order-bot')
    const [ana, ben] = [await server.person('ana'), await server.person('ben')]
    await ana.call('conversations/create', { id: 'team', members: ['ben', 'order-bot'] })
    for (const person of [ana, ben]) await person.subscribe('daak/conversations/team/state/order-bot')
    await ana.say('daak/conversations/team/messages', 'hi')
    await bot.commit(await bot.lease())
    for (const person of [ana, ben]) {
      await person.hears()
      expect(stateOf(await person.hears())).toMatchObject({ processed: 1 })
    }
  })

  test('that changed while a persistent session was away is told when it is back', async () => {
    const { server, bot } = await served('ana')
    const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
    const ana = await server.client('ana', { ...persistent, connection: 'phone' })
    await ana.subscribe(allStates, { retainHandling: 2 })
    await ana.vanish()
    await (await server.client('ana')).say('daak/to/order-bot', 'two')
    await bot.commit(await bot.lease())
    const back = await server.client('ana', { ...persistent, connection: 'phone' })
    expect(stateOf(await back.hears())).toMatchObject({ revision: 2 })
  })
})
