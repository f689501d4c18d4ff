import { type Body, readBody } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'
import { inMemory, onDisk } from '../support/storage.js'
import { byVendorConnection } from '../support/vendors.js'

const teamMessages = 'daak/conversations/team/messages'
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }

/** What somebody heard: texts, and who came and went. */
const told = (packet: PublishPacket) => {
  if (propertyOf(packet, 'type') !== 'member') return textOf(packet)
  const { change, clients } = JSON.parse(textOf(packet)) as Body<'member'>
  return `${propertyOf(packet, 'from')}: ${clients.join(', ')} ${change}`
}

const hears = async (client: Client, count: number) => {
  const packets: string[] = []
  while (packets.length < count) packets.push(told(await client.hears()))
  return packets
}

/** Ana's conversation with ben. */
const team = async (storage = inMemory()) => {
  const server = await TestServer.open({ storage: await storage })
  const [ana, ben, cem] = await Promise.all(['ana', 'ben', 'cem'].map((name) => server.person(name)))
  if (!ana || !ben || !cem) throw new Error('nobody there')
  await ana.call('conversations/create', { id: 'team', members: ['ben'] })
  return { server, ana, ben, cem }
}

const invite = (by: Client, ...clients: string[]) => by.call('conversations/invite', { id: 'team', clients })
const leave = (by: Client, client?: string) => by.call('conversations/leave', { id: 'team', client })
const close = (by: Client) => by.call('conversations/close', { id: 'team' })

describe('conversations/invite', () => {
  test('lets a client in from then on, tells everybody, and lets it read what was said before', async () => {
    const { ana, ben, cem } = await team()
    await ana.say(teamMessages, 'before')
    expect(await invite(ben, 'cem')).toMatchObject({ result: { members: ['ana', 'ben', 'cem'], head: 2 } })
    await cem.say(teamMessages, 'after')
    for (const person of [ana, ben]) expect(await hears(person, 3)).toEqual(['before', 'ben: cem joined', 'after'])
    expect(await hears(cem, 2)).toEqual(['ben: cem joined', 'after'])
    const history = await cem.call('history/read', { conversation: 'team' })
    expect(history).toMatchObject({ result: { messages: [{ payload: 'before' }, { type: 'member' }, {}] } })
  })

  test('tells with a body that fits its type', async () => {
    const { ana, ben } = await team()
    await invite(ana, 'cem')
    const packet = await ben.hears()
    const { contentType } = packet.properties ?? {}
    const read = readBody({ type: propertyOf(packet, 'type'), contentType, payload: packet.payload })
    expect(read).toEqual({ ok: true, type: 'member', body: { change: 'joined', clients: ['cem'] } })
  })

  test('lets in whom a server refused before, at once', async () => {
    const { ana, cem } = await team()
    expect((await cem.say(teamMessages, 'too early')).reasonCode).toBe(ReasonCode.NotAuthorized)
    await invite(ana, 'cem')
    expect((await cem.say(teamMessages, 'here I am')).reasonCode).toBe(ReasonCode.Success)
  })

  test('called again changes nothing', async () => {
    const { ana } = await team()
    const first = await invite(ana, 'cem')
    expect(await invite(ana, 'cem', 'ben')).toEqual(first)
  })

  test('is for members', async () => {
    const { ana, cem } = await team()
    const refused = { error: { code: -32001, message: 'No such conversation, or you are not a member of it' } }
    expect(await invite(cem, 'cem')).toEqual(refused)
    expect(await ana.call('conversations/invite', { id: 'nowhere', clients: ['cem'] })).toEqual(refused)
  })

  test.each([
    [{ id: 'team', clients: [] }, /clients: must be at least 1/],
    [{ id: 'team', clients: ['c m'] }, /clients: "c m" is no client/],
    [
      { id: 'team', clients: Array.from({ length: 999 }, (_, i) => `m${i}`) },
      /at most 1000 members, and this one has 2/,
    ],
  ])('of %j is told what is wrong', async (params, help) => {
    const { ana } = await team()
    expect(await ana.call('conversations/invite', params)).toMatchObject({
      error: { code: -32602, message: expect.stringMatching(help) },
    })
  })

  test('leaves direct conversations to their two clients', async () => {
    const { ana } = await team()
    await ana.say('daak/to/ben', 'hi')
    for (const method of ['conversations/invite', 'conversations/leave', 'conversations/close'])
      expect(await ana.call(method, { id: 'ana~ben', clients: ['cem'] })).toMatchObject({
        error: { code: -32002, message: expect.stringContaining('direct conversation') },
      })
  })
})

describe('conversations/leave', () => {
  test('a message that was taken before is the same message when its sender has left and sends it again', async () => {
    const { ana, ben } = await team()
    const say = (text: string) => ben.say(teamMessages, text, { properties: [['id', text]] })
    const first = await say('one')
    await leave(ben)
    expect(await say('one')).toEqual({ ...first, packetId: expect.any(Number) })
    expect((await say('two')).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(await hears(ana, 2)).toEqual(['one', 'ben: ben left'])
    expect(await ana.call('conversations/get', { id: 'team' })).toMatchObject({ result: { head: 2 } })
  })

  test('takes a member out: it hears that, and nothing after it', async () => {
    const { server, ana, ben } = await team()
    await ana.say(teamMessages, 'one')
    expect(await leave(ben)).toEqual({ result: {} })
    await ana.say(teamMessages, 'two')
    await server.rest()
    expect(ben.takeUnheard().map(told)).toEqual(['one', 'ben: ben left'])
    expect(await hears(ana, 3)).toEqual(['one', 'ben: ben left', 'two'])
    expect((await ben.say(teamMessages, 'still there?')).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(await ben.call('history/read', { conversation: 'team' })).toMatchObject({ error: { code: -32001 } })
  })

  test('called again, or by who was never there, is answered in the same way', async () => {
    const { ana, ben, cem } = await team()
    for (const person of [ben, ben, cem]) expect(await leave(person)).toEqual({ result: {} })
    expect(await ana.call('conversations/get', { id: 'team' })).toMatchObject({ result: { head: 1, members: ['ana'] } })
  })

  test('takes another one out for who made the conversation, and for nobody else', async () => {
    const { server, ana, ben, cem } = await team()
    await invite(ana, 'cem')
    expect(await leave(ben, 'cem')).toMatchObject({
      error: { code: -32001, message: expect.stringMatching(/Only who/) },
    })
    expect(await leave(ana, 'cem')).toEqual({ result: {} })
    await server.rest()
    expect(cem.takeUnheard().map(told)).toEqual(['ana: cem joined', 'ana: cem left'])
  })

  test('does not let who left come back by itself, and lets it hear again when it was invited', async () => {
    const { server, ana, ben } = await team()
    await leave(ben)
    expect(await invite(ben, 'ben')).toMatchObject({ error: { code: -32001 } })
    await ana.say(teamMessages, 'between')
    await invite(ana, 'ben')
    await server.rest()
    expect(ben.takeUnheard().map(told)).toEqual(['ben: ben left', 'ana: ben joined'])
  })

  test.each([
    ['in memory', inMemory],
    ['on disk', onDisk],
  ])('lets a session that was away, %s and over a restart, hear up to that and no more', async (_, storage) => {
    const { server, ana } = await team(storage())
    const phone = await server.person('ben', { ...persistent, connection: 'phone' })
    await phone.vanish()
    await ana.say(teamMessages, 'one')
    await leave(ana, 'ben')
    await ana.say(teamMessages, 'two')
    const again = await server.restart()
    const back = await again.client('ben', { ...persistent, connection: 'phone' })
    await again.rest()
    expect(back.takeUnheard().map(told)).toEqual(['one', 'ana: ben left'])
  })

  test('reaches clients of MQTT 3.1.1 as it reaches others', async () => {
    const { server, ana } = await team()
    const ben = await server.client('ben', { version: 4, connection: 'old' })
    await ben.subscribe(teamMessages)
    await leave(ana, 'ben')
    await ana.say(teamMessages, 'two')
    await server.rest()
    expect(ben.takeUnheard().map(textOf)).toEqual(['[ben left]'])
  })
})

describe('conversations/close', () => {
  test('lets nobody speak there any more, and everybody read', async () => {
    const { ana, ben } = await team()
    await ben.say(teamMessages, 'one')
    expect(await close(ben)).toMatchObject({ error: { code: -32001 } })
    const closed = await close(ana)
    expect(closed).toMatchObject({ result: { closedAt: expect.any(Number), createdBy: 'ana' } })
    expect(await close(ana)).toEqual(closed)
    expect(await hears(ben, 2)).toEqual(['one', 'ana: ana closed'])
    const refused = await ben.say(teamMessages, 'two')
    expect(refused.reasonCode).toBe(ReasonCode.TopicNameInvalid)
    expect(refused.properties?.reasonString).toBe('The conversation is closed: it takes no more messages')
    expect(await ben.call('history/read', { conversation: 'team' })).toMatchObject({ result: { head: 2 } })
    expect(await invite(ana, 'cem')).toMatchObject({ error: { code: -32002 } })
  })
})

describe('a vendor identity', () => {
  test('changes the members of any conversation of its vendor', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const office = await server.person('office', { connection: 'acme!.1' })
    const ana = await server.person('ana', { connection: 'acme.1' })
    await ana.call('conversations/create', { id: 'team', members: ['ben'] })
    expect(await invite(office, 'cem')).toMatchObject({ result: { members: ['ana', 'ben', 'cem'] } })
    expect(await leave(office, 'ben')).toEqual({ result: {} })
    expect(await close(office)).toMatchObject({ result: { members: ['ana', 'cem'] } })
  })
})

describe('a bot', () => {
  test('that is invited gets a turn for that, and for what is said then', async () => {
    const { server, ana } = await team()
    const bot = await server.bot('order-bot')
    await ana.say(teamMessages, 'before')
    await invite(ana, 'order-bot')
    const lease = await bot.lease()
    expect([lease.conversation, lease.members, lease.events.map(({ type }) => type)]).toEqual([
      'team',
      ['ana', 'ben', 'order-bot'],
      ['member'],
    ])
    await bot.commit(lease, ['Hello!'])
    await ana.say(teamMessages, 'two large')
    expect((await bot.lease()).events.map(({ payload }) => payload)).toEqual(['two large'])
  })

  test('that is taken out loses its turn and its timers, and gets no more', async () => {
    const { server, ana, ben } = await team()
    const bot = await server.bot('order-bot')
    await invite(ana, 'order-bot')
    await bot.commit(await bot.lease(), [], { timers: { set: [{ id: 't', delayMs: 60_000 }], cancel: [] } })
    await ana.say(teamMessages, 'two large')
    const lease = await bot.lease()
    await leave(ana, 'order-bot')
    expect(await bot.tryCommit(lease, ['too late'])).toMatchObject({ error: { code: -32002 } })
    await ana.say(teamMessages, 'anybody?')
    await server.clock.advance(120_000)
    await server.rest()
    expect(bot.client.takeUnheard()).toEqual([])
    expect(await hears(ben, 4)).toEqual(['ana: order-bot joined', 'two large', 'ana: order-bot left', 'anybody?'])
  })

  test('that is taken out of a conversation has room for another one at once', async () => {
    const { server, ana } = await team()
    const bot = await server.bot('order-bot', { capacity: 1 })
    await invite(ana, 'order-bot')
    await bot.lease()
    await ana.say('daak/to/order-bot', 'hi')
    await leave(ana, 'order-bot')
    expect((await bot.lease()).conversation).toBe('ana~order-bot')
  })

  test('loses its turn when the conversation is closed', async () => {
    const { ana, server } = await team()
    const bot = await server.bot('order-bot')
    await invite(ana, 'order-bot')
    const lease = await bot.lease()
    await close(ana)
    expect(await bot.tryCommit(lease, ['too late'])).toMatchObject({ error: { code: -32002 } })
  })

  test('shows its state to members only, and to who comes at once', async () => {
    const { server, ana, ben, cem } = await team()
    const bot = await server.bot('order-bot')
    await invite(ana, 'order-bot')
    await bot.commit(await bot.lease())
    const watchers = await Promise.all(['ben', 'cem'].map((name) => server.client(name, { connection: `${name}-2` })))
    for (const watcher of watchers) await watcher.subscribe('daak/conversations/+/state/+')
    await server.rest()
    expect(watchers.map((watcher) => watcher.takeUnheard().length)).toEqual([1, 0])
    await invite(ana, 'cem')
    await bot.commit(await bot.lease())
    await server.rest()
    expect(watchers.map((watcher) => watcher.takeUnheard().length > 0)).toEqual([true, true])
    await leave(ben)
    await bot.commit(await bot.lease())
    await server.rest()
    expect(watchers.map((watcher) => watcher.takeUnheard().length > 0)).toEqual([false, true])
    expect(cem.takeUnheard().map(told)).toEqual(['ana: cem joined', 'ben: ben left'])
  })
})

test('a client does not say who is a member', async () => {
  const { ana } = await team()
  const refused = await ana.say(teamMessages, '{}', { properties: [['type', 'member']] })
  expect(refused.reasonCode).toBe(ReasonCode.PayloadFormatInvalid)
  expect(refused.properties?.reasonString).toMatch(/not "member"/)
})
