import type { DeadLetterPage } from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import type { FakeBot } from '../support/fake-bot.js'
import { Operator } from '../support/operator.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const announcement = { apology: 'Sorry.', announced: { failures: 'told' } }

const open = async () => {
  const server = await TestServer.open()
  const ana = await server.person('ana')
  return { server, ana, bot: await server.bot('order-bot', announcement) }
}

const failThrice = async (bot: FakeBot, cause: string) => {
  for (let attempt = 1; attempt <= 3; attempt++) await bot.fail(await bot.lease(), { cause })
}

/** The bot has failed at "bad" three times, and has the lease that tells it so. */
const told = async () => {
  const house = await open()
  await house.ana.say('daak/to/order-bot', 'bad')
  await failThrice(house.bot, 'it threw')
  return { ...house, lease: await house.bot.lease() }
}

const lettersOf = async (server: TestServer) => {
  const operator = await Operator.connect(server)
  return (await operator.call<DeadLetterPage>('dead-letters/list', {})).letters
}

describe('a bot that wants to be told of its failures', () => {
  test('gets a lease of what failed, with its cause, and of nothing else', async () => {
    const { server, ana, lease, bot } = await told()
    expect(lease).toMatchObject({ attempt: 1, processed: 1, events: [], timers: [] })
    expect(lease.failed).toMatchObject({ cause: 'it threw', attempts: 3, message: { seq: 1, payload: 'bad' } })
    await ana.say('daak/to/order-bot', 'next')
    const letters = await lettersOf(server)
    expect(bot.client.takeUnheard()).toEqual([])
    expect(letters).toMatchObject([{ cause: 'it threw', about: { seq: 1 } }])
  })

  test('speaks for itself: its commit stands, no apology is said, and what waits comes with the answer', async () => {
    const { ana, bot, lease } = await told()
    await ana.say('daak/to/order-bot', 'next')
    const { more, revision } = await bot.commit(lease, ['I am in trouble.'])
    expect(more?.events).toMatchObject([{ payload: 'next' }])
    await bot.commit(lease, ['Yes?'], { revision, processed: 2 })
    expect(await ana.hearsTexts(4)).toEqual(['bad', 'next', 'I am in trouble.', 'Yes?'])
  })

  test('hears what waited behind the failure after a checkpoint', async () => {
    const { ana, bot, lease } = await told()
    await ana.say('daak/to/order-bot', 'next')
    await bot.commit(lease, ['I am calling for help.'], { checkpoint: true })
    expect(await bot.push()).toMatchObject({ events: [{ payload: 'next' }] })
  })

  test('has its apology said where it fails at that too, and members see its standing', async () => {
    const { server, ana, bot, lease } = await told()
    const watcher = await server.client('ana', { connection: 'watcher' })
    await watcher.subscribe('daak/conversations/+/state/order-bot')
    await watcher.hears()
    await bot.fail(lease, { cause: 'it threw again' })
    expect(JSON.parse(textOf(await watcher.hears()))).toMatchObject({ processed: 1, revision: 2 })
    expect(await ana.hearsTexts(2)).toEqual(['bad', 'Sorry.'])
    expect((await lettersOf(server))[0]?.tries).toMatchObject([{}, {}, {}, { cause: 'it threw again' }])
  })

  test('has its apology said where its lease runs out, and what comes late is refused', async () => {
    const { server, ana, bot, lease } = await told()
    server.clock.advance(30_000)
    expect(await ana.hearsTexts(2)).toEqual(['bad', 'Sorry.'])
    expect(await bot.tryCommit(lease, ['too late'])).toMatchObject({ error: { code: -32002 } })
    await ana.say('daak/to/order-bot', 'next')
    expect(await bot.lease()).toMatchObject({ attempt: 1, events: [{ payload: 'next' }] })
  })

  test('is told once more where its connection goes away, and has its apology said where that happens again', async () => {
    const { server, ana, bot, lease } = await told()
    await bot.client.vanish()
    const second = await server.bot('order-bot', { ...announcement, connection: 'second' })
    const { failed, revision } = lease
    const again = await second.lease()
    expect(again).toMatchObject({ attempt: 2, revision, failed, events: [] })
    expect(await second.tryCommit({ ...again, fence: lease.fence }, ['too late'])).toMatchObject({
      error: { code: -32002 },
    })
    await second.client.vanish()
    expect(await ana.hearsTexts(2)).toEqual(['bad', 'Sorry.'])
    const third = await server.bot('order-bot', { ...announcement, connection: 'third' })
    await ana.say('daak/to/order-bot', 'next')
    expect(await third.lease()).toMatchObject({ attempt: 1, events: [{ payload: 'next' }] })
  })

  test('hears the message again after it was told, where an operator has it given once more', async () => {
    const { server, bot, lease } = await told()
    const operator = await Operator.connect(server)
    await operator.call('dead-letters/retry', { ids: ['ana~order-bot/order-bot/1'] })
    const { more } = await bot.commit(lease, ['I am in trouble.'])
    expect(more?.events).toMatchObject([{ seq: 1, payload: 'bad' }])
  })
})

test('an announcement that says anything else about failures is refused', async () => {
  const server = await TestServer.open()
  const bot = await server.client('order-bot')
  const { reasonCodes } = await bot.subscribe('daak/turns/+', { properties: { failures: 'yes' } })
  expect(reasonCodes).toEqual([0x83])
})
