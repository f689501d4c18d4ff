import type { BotState, CheckedHandoff, CommitHandoff, GiveHandoff, RpcAnswer } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import type { FakeBot } from '../support/fake-bot.js'
import { textOf } from '../support/peer.js'
import { TestServer, type TestServerOptions } from '../support/server.js'
import { onDisk } from '../support/storage.js'

const conversation = 'ana~order-bot'
const taking = { announced: { 'takes-over-from': 'order-bot, pay-bot' } }

const give = (to: string, more: Partial<GiveHandoff> = {}): CommitHandoff => ({
  give: { id: `to-${to}`, to, client: 'ana', input: { amount: 7 }, ...more },
})

const resultOf = <T>(answer: RpcAnswer): T => {
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.result as T
}

/** Ana, who hears her inbox, and two bots. */
const open = async (options?: TestServerOptions) => {
  const server = await TestServer.open(options)
  const ana = await server.person('ana')
  const order = await server.bot('order-bot')
  const pay = await server.bot('pay-bot', taking)
  return { server, ana, order, pay }
}

/** Takes up what it is handed. */
const takeUp = async (bot: FakeBot, texts: readonly string[] = []) => {
  const lease = await bot.lease()
  const { handoff, seq } = lease.events[0] ?? {}
  await bot.commit(lease, texts, { processed: lease.processed, again: [seq ?? 0], state: { at: 'work' } })
  return handoff
}

const timeOutMs = 60_000
const timeOut = { set: [{ id: 'time-out', delayMs: timeOutMs }], cancel: [] }

/** The order bot has handed the conversation with ana over, and the other one has taken it up. */
const handedOver = async (options?: TestServerOptions) => {
  const all = await open(options)
  await all.ana.say('daak/to/order-bot', 'pay')
  const handoff = give('pay-bot', { reason: 'payment' })
  await all.order.commit(await all.order.lease(), ['Please pay.'], { handoff, timers: timeOut })
  await takeUp(all.pay, ['Which card?'])
  await all.ana.hearsTexts(4)
  return all
}

describe('a hand-over', () => {
  test('goes there and back: one answers at a time, and the person keeps writing to the first', async () => {
    const { server, ana, order, pay } = await open()
    const old = await server.client('ana', { version: 4, connection: 'phone' })
    await old.subscribe('daak/from/order-bot')
    await ana.say('daak/to/order-bot', 'pay')
    await order.commit(await order.lease(), ['Please pay.'], { handoff: give('pay-bot', { reason: 'payment' }) })
    expect(await takeUp(pay, ['Which card?'])).toEqual({
      kind: 'given',
      id: 'to-pay-bot',
      client: 'ana',
      input: { amount: 7 },
    })
    await ana.say('daak/to/order-bot', 'the blue one')
    const lease = await pay.lease()
    expect(lease).toMatchObject({ members: ['ana', 'order-bot'], events: [{ payload: 'the blue one' }] })
    await pay.commit(lease, ['Paid.'], { handoff: { giveBack: { output: { paid: true } } } })
    const back = await order.lease()
    expect(back.events.map(({ from, type, handoff }) => ({ from, type, handoff }))).toEqual([
      { from: 'pay-bot', type: 'handoff', handoff: { kind: 'result', id: 'to-pay-bot', output: { paid: true } } },
    ])
    await order.commit(back, ['Thanks.'])
    const heard = await old.hearsTexts(6)
    expect(heard).toEqual([
      'Please pay.',
      '[handed over to pay-bot: payment]',
      'Which card?',
      'Paid.',
      '[handed back to order-bot]',
      'Thanks.',
    ])
    expect(new Set(old.topics)).toEqual(new Set(['daak/from/order-bot']))
  })

  test('tells people that it was handed over, and nobody but the bots with what', async () => {
    const { ana } = await open().then(async (all) => {
      await all.ana.say('daak/to/order-bot', 'pay')
      await all.order.commit(await all.order.lease(), [], { handoff: give('pay-bot', { reason: 'payment' }) })
      await takeUp(all.pay)
      return all
    })
    await ana.hears()
    const told = await ana.hears()
    expect(JSON.parse(textOf(told))).toEqual({ to: 'pay-bot', reason: 'payment' })
    expect([propertyOf(told, 'from'), propertyOf(told, 'to')]).toEqual(['order-bot', 'pay-bot'])
    expect(JSON.stringify(told)).not.toContain('amount')
    const history = JSON.stringify(await ana.call('history/read', { conversation }))
    expect(history).toContain('handoff')
    expect(history).not.toContain('amount')
  })

  test('is seen on the state of who has handed it over, and in what is told of the conversation', async () => {
    const { server, ana, order, pay } = await handedOver()
    await ana.subscribe('daak/conversations/+/state/+')
    await server.rest()
    const states = () =>
      Object.fromEntries(
        ana
          .takeUnheard()
          .filter(({ topic }) => topic.includes('/state/'))
          .map((packet) => [packet.topic.split('/').at(-1), JSON.parse(textOf(packet)) as BotState]),
      )
    expect(states()).toMatchObject({ 'order-bot': { handedTo: 'pay-bot' }, 'pay-bot': { value: 'waiting' } })
    expect(resultOf(await ana.call('conversations/get', { id: conversation }))).toMatchObject({
      members: ['ana', 'order-bot'],
      handoffs: [{ from: 'order-bot', to: 'pay-bot' }],
    })
    await ana.say('daak/to/order-bot', 'done')
    await pay.commit(await pay.lease(), [], { handoff: { giveBack: { output: 1 } } })
    await order.commit(await order.lease())
    await server.rest()
    const after = states()
    expect(after).toMatchObject({ 'order-bot': { value: 'waiting' }, 'pay-bot': { value: null, accepts: [] } })
    expect(after['order-bot']).not.toHaveProperty('handedTo')
    expect(resultOf(await ana.call('conversations/get', { id: conversation }))).not.toHaveProperty('handoffs')
  })

  test('lets the other one read what was said and show that it writes, for as long as it has it, and no more', async () => {
    const { ana, order, pay } = await handedOver()
    await ana.subscribe('daak/conversations/+/signals')
    const read = () => pay.client.call('history/read', { conversation })
    const type = () => pay.client.say(`daak/conversations/${conversation}/signals`, 'typing')
    expect(resultOf(await read())).toMatchObject({ messages: [{ payload: 'pay' }, {}, {}, {}] })
    expect((await type()).reasonCode).toBe(0)
    expect(propertyOf(await ana.hears(), 'from')).toBe('pay-bot')
    expect((await pay.client.say(`daak/conversations/${conversation}/messages`, 'me')).reasonCode).toBe(0x87)
    await ana.say('daak/to/order-bot', 'done')
    await pay.commit(await pay.lease(), [], { handoff: { giveBack: { output: 1 } } })
    await order.lease()
    expect([await read(), (await type()).reasonCode]).toMatchObject([{ error: { code: -32001 } }, 0x87])
  })

  test('is taken back in the midst of a turn of the other one, which is told so and has its say', async () => {
    const { server, ana, order, pay } = await handedOver()
    await ana.say('daak/to/order-bot', 'the blue one')
    const late = await pay.lease()
    server.clock.advance(timeOutMs)
    const lease = await order.lease()
    expect([lease.events, lease.timers.map(({ id }) => id)]).toEqual([[], ['time-out']])
    const timers = { set: [], cancel: ['time-out'] }
    const { processed } = lease
    await order.commit(lease, ['Too late.'], { timers, processed, handoff: { takeBack: 'to-pay-bot' } })
    expect(await pay.tryCommit(late, ['Paid.'])).toMatchObject({ error: { code: -32002 } })
    const last = await pay.lease()
    expect(last).toMatchObject({
      state: { at: 'work' },
      events: [{ type: 'handoff', handoff: { kind: 'taken-back' } }],
    })
    await pay.commit(last, ['Nothing was paid.'])
    const again = await order.lease()
    expect(again).toMatchObject({ events: [{ payload: 'the blue one' }] })
    await ana.say('daak/to/order-bot', 'hm')
    expect(await order.push()).toMatchObject({ events: [{ payload: 'hm' }] })
    await order.commit(again, [], { processed: 9 })
    await server.rest()
    expect(pay.client.takeUnheard()).toEqual([])
    expect((await ana.hearsTexts(5)).slice(1)).toEqual([
      'Too late.',
      '{"to":"order-bot","back":true}',
      'Nothing was paid.',
      'hm',
    ])
  })

  test('brings its result into a turn of the first one that is open', async () => {
    const { server, ana, order, pay } = await handedOver()
    server.clock.advance(timeOutMs)
    const lease = await order.lease()
    await ana.say('daak/to/order-bot', 'done')
    await pay.commit(await pay.lease(), [], { processed: 4, handoff: { giveBack: { output: 1 } } })
    expect(await order.push()).toMatchObject({
      events: [{ handoff: { kind: 'result', output: 1 } }, { payload: 'done' }],
    })
    // What it commits without the result leaves that to be given again.
    const timers = { set: [], cancel: ['time-out'] }
    const { more } = await order.commit(lease, [], { timers, processed: lease.processed })
    expect(more?.events.map(({ handoff, payload }) => handoff?.kind ?? payload)).toEqual(['result', 'done'])
  })

  test('waits for a bot that is offline', async () => {
    const { server, ana, order, pay } = await open()
    await pay.client.vanish()
    await ana.say('daak/to/order-bot', 'pay')
    await order.commit(await order.lease(), [], { handoff: give('pay-bot') })
    await ana.say('daak/to/order-bot', 'hello?')
    const late = await server.bot('pay-bot', taking)
    const { events } = await late.lease()
    expect(events.map(({ handoff, payload }) => handoff?.kind ?? payload)).toEqual(['given', 'hello?'])
  })

  test('outlives restarts of the server', async () => {
    const { server, ana } = await handedOver({ storage: await onDisk() })
    await ana.say('daak/to/order-bot', 'the blue one')
    const next = await server.restart()
    const pay = await next.bot('pay-bot', taking)
    const lease = await pay.lease()
    expect(lease).toMatchObject({ state: { at: 'work' }, events: [{ payload: 'the blue one' }] })
    await pay.commit(lease, [], { commitId: 'after the restart', handoff: { giveBack: { output: 1 } } })
    const order = await (await next.restart()).bot('order-bot')
    expect(await order.lease()).toMatchObject({ events: [{ handoff: { kind: 'result', output: 1 } }] })
  })

  test('works in a room, where another bot hears people as before', async () => {
    const { server, ana, order, pay } = await open()
    const other = await server.bot('other-bot')
    await ana.call('conversations/create', { id: 'team', members: ['ben', 'order-bot', 'other-bot'] })
    const ben = await server.person('ben')
    await ben.say('daak/conversations/team/messages', 'pay')
    await other.commit(await other.lease())
    await order.commit(await order.lease(), [], { handoff: give('pay-bot', { client: 'ben' }) })
    expect(await takeUp(pay)).toMatchObject({ client: 'ben' })
    await ana.say('daak/conversations/team/messages', 'quick')
    for (const bot of [pay, other]) {
      const lease = await bot.lease()
      expect(lease).toMatchObject({ events: [{ payload: 'quick' }] })
      await bot.commit(lease)
    }
    expect(await ana.call('conversations/invite', { id: 'team', clients: ['pay-bot'] })).toMatchObject({
      error: { code: -32002 },
    })
    await server.rest()
    expect(order.client.takeUnheard()).toEqual([])
  })

  test('that may not be is refused, to who asks before and to who does not', async () => {
    const { server, ana, order, pay } = await open()
    await server.bot('shy-bot')
    await ana.say('daak/to/order-bot', 'pay')
    const lease = await order.lease()
    const check = async (to: string) =>
      resultOf<CheckedHandoff>(
        await order.client.call('turns/check-handoff', { conversation, fence: lease.fence, ...give(to) }),
      )
    expect(await check('pay-bot')).toEqual({})
    expect(await check('shy-bot')).toMatchObject({ refused: { code: 'not-allowed' } })
    expect(await check('nobody')).toMatchObject({ refused: { code: 'unknown-bot' } })
    const { fence } = lease
    expect(await pay.client.call('turns/check-handoff', { conversation, fence, ...give('pay-bot') })).toMatchObject({
      error: { code: -32002 },
    })
    expect(await order.tryCommit(lease, ['no'], { checkpoint: true, handoff: give('pay-bot') })).toMatchObject({
      error: { code: -32602 },
    })
    expect(await order.tryCommit(lease, ['no'], { handoff: give('shy-bot') })).toMatchObject({
      error: { code: -32002, message: expect.stringContaining('takes-over-from') },
    })
    expect(await order.lease()).toMatchObject({ attempt: 2, events: [{ payload: 'pay' }] })
  })

  test('is for bots that say whom they take over from, in a way that can be read', async () => {
    const server = await TestServer.open()
    await expect(server.bot('pay-bot', { announced: { 'takes-over-from': 'order bot' } })).rejects.toThrow('131')
  })
})
