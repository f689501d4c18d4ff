import { Presence, type Presences } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { AuthenticationWay } from '../../src/index.js'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const presenceOf = (client: string) => `daak/presence/${client}`
const graceMs = 10_000

const told = (message: PublishPacket) => [message.topic, Presence.parse(JSON.parse(textOf(message))).status]
const hearsPresence = async (client: Client) => told(await client.hears())

/** What a client was told by now. */
const toldBy = async (server: TestServer, client: Client) => {
  await server.rest()
  return client.takeUnheard().map(told)
}

/** Lets time pass, after the server has seen who is gone. */
const pass = async (server: TestServer, delayMs: number) => {
  await server.rest()
  server.clock.advance(delayMs)
  await server.rest()
}

const say = (client: Client, status: string) => client.say(presenceOf(client.name), JSON.stringify({ status }))

/** Has the two know each other, by a message that one sends to the other; both are gone then. */
const acquaint = async (server: TestServer, one: string, other: string) => {
  const client = await server.client(one, { connection: 'acquaintance' })
  await client.say(`daak/to/${other}`, 'hi')
  await client.disconnect()
  await pass(server, graceMs)
}

/** The client that knows the password `vendor` is its vendor; a client is of the vendor that stands before its name's colon. */
const byName: AuthenticationWay = {
  name: 'by name',
  authenticate: async ({ username = '', connection }) => {
    const [vendor = '', client = ''] = username.includes(':') ? username.split(':') : ['acme', username]
    return { identity: { vendor, client, ...(connection.startsWith('desk') && { role: 'vendor' as const }) } }
  },
}

describe('the presence of a client', () => {
  test('is told to who shares a conversation with it, and to nobody else', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const [ben, eve] = [await server.client('ben'), await server.client('eve')]
    for (const client of [ben, eve]) await client.subscribe(presenceOf('+'), { retainHandling: 2 })
    const came = server.clock.now()
    const ana = await server.client('ana')
    const heard = await ben.hears()
    expect([heard.topic, heard.retain, heard.qos, heard.properties?.contentType]).toEqual([
      presenceOf('ana'),
      false,
      1,
      'application/json',
    ])
    expect(JSON.parse(textOf(heard))).toEqual({ status: 'online', since: came })
    await pass(server, 5_000)
    const went = server.clock.now()
    await ana.disconnect()
    await pass(server, graceMs)
    expect(JSON.parse(textOf(await ben.hears()))).toEqual({ status: 'offline', since: went })
    expect(await toldBy(server, eve)).toEqual([])
  })

  test('is told to a new subscriber, retained: of each that was ever seen, and its own', async () => {
    const server = await TestServer.open()
    for (const name of ['ana', 'cem']) await acquaint(server, name, 'ben')
    await acquaint(server, 'ben', 'never-here')
    await server.client('ana')
    const ben = await server.client('ben')
    await ben.subscribe(presenceOf('+'), { identifier: 7 })
    const heard = [await ben.hears(), await ben.hears(), await ben.hears()]
    expect(heard.map(told).sort()).toEqual([
      [presenceOf('ana'), 'online'],
      [presenceOf('ben'), 'online'],
      [presenceOf('cem'), 'offline'],
    ])
    for (const { retain, properties } of heard)
      expect([retain, properties?.subscriptionIdentifiers]).toEqual([true, [7]])
    expect(await toldBy(server, ben)).toEqual([])
  })

  test('is told alone where one client is watched, once for overlapping subscriptions', async () => {
    const server = await TestServer.open()
    for (const name of ['ana', 'cem']) await acquaint(server, name, 'ben')
    const ben = await server.client('ben')
    await ben.subscribe(presenceOf('ana'), { identifier: 1 })
    expect(await hearsPresence(ben)).toEqual([presenceOf('ana'), 'offline'])
    await server.client('cem')
    await ben.subscribe(presenceOf('+'), { identifier: 2, retainHandling: 2, retainAsPublished: true })
    await server.client('ana')
    const heard = await ben.hears()
    expect([told(heard), heard.retain, heard.properties?.subscriptionIdentifiers]).toEqual([
      [presenceOf('ana'), 'online'],
      true,
      [1, 2],
    ])
    expect(await toldBy(server, ben)).toEqual([])
  })

  test('is told as soon as there is a conversation, to who subscribed before', async () => {
    const server = await TestServer.open()
    const [ana, ben, cem] = await Promise.all(['ana', 'ben', 'cem'].map((name) => server.client(name)))
    if (!ana || !ben || !cem) throw new Error('three clients')
    await ben.subscribe(presenceOf('ana'))
    await cem.subscribe(presenceOf('+'), { retainHandling: 2 })
    expect(await toldBy(server, ben)).toEqual([])
    await ana.say('daak/to/ben', 'hi')
    await ben.say('daak/to/cem', 'hi')
    expect(await hearsPresence(ben)).toEqual([presenceOf('ana'), 'online'])
    expect((await toldBy(server, cem)).sort()).toEqual([
      [presenceOf('ben'), 'online'],
      [presenceOf('cem'), 'online'],
    ])
  })

  test('is told to who comes to a conversation and to those who are in it, and no more to who has left', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    await ana.call('conversations/create', { id: 'room', members: ['ben'] })
    const [ben, cem] = [await server.person('ben'), await server.person('cem')]
    for (const client of [ben, cem]) await client.subscribe(presenceOf('+'), { retainHandling: 2 })
    const watched = async (client: Client) => {
      await server.rest()
      return client
        .takeUnheard()
        .filter(({ topic }) => topic.startsWith('daak/presence'))
        .map(told)
        .sort()
    }
    await ana.call('conversations/invite', { id: 'room', clients: ['cem'] })
    expect(await watched(ben)).toEqual([[presenceOf('cem'), 'online']])
    expect(await watched(cem)).toEqual([
      [presenceOf('ana'), 'online'],
      [presenceOf('ben'), 'online'],
      [presenceOf('cem'), 'online'],
    ])
    await cem.call('conversations/leave', { id: 'room' })
    await say(ana, 'away')
    expect(await watched(ben)).toEqual([[presenceOf('ana'), 'away']])
    await say(cem, 'away')
    expect(await watched(ben)).toEqual([])
    expect(await watched(cem)).toEqual([[presenceOf('cem'), 'away']])
    expect(await cem.call('presence/read', { clients: ['ana'] })).toEqual({ result: { presences: [] } })
  })

  test('goes through short drops unseen, and through take-overs', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const ben = await server.client('ben')
    let ana = await server.client('ana')
    await ben.subscribe(presenceOf('ana'))
    expect(await hearsPresence(ben)).toEqual([presenceOf('ana'), 'online'])
    await ana.vanish()
    await pass(server, graceMs - 1)
    ana = await server.client('ana')
    await server.client('ana')
    await ana.closed
    await pass(server, graceMs * 2)
    expect(await toldBy(server, ben)).toEqual([])
  })

  test('is what it says of itself: online on one connection is more than away on another', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const ben = await server.client('ben')
    await ben.subscribe(presenceOf('ana'), { retainHandling: 2 })
    const [phone, laptop] = [
      await server.client('ana', { connection: 'phone' }),
      await server.client('ana', { connection: 'laptop', version: 4 }),
    ]
    expect((await say(phone, 'away')).reasonCode).toBe(0)
    expect(await toldBy(server, ben)).toEqual([[presenceOf('ana'), 'online']])
    await say(laptop, 'away')
    expect(await toldBy(server, ben)).toEqual([[presenceOf('ana'), 'away']])
    await say(phone, 'online')
    expect(await toldBy(server, ben)).toEqual([[presenceOf('ana'), 'online']])
    await phone.disconnect()
    await pass(server, graceMs)
    expect(await toldBy(server, ben)).toEqual([[presenceOf('ana'), 'away']])
  })

  test('is that of a bot’s instances which take turns', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'order-bot', 'ana')
    const ana = await server.client('ana')
    await ana.subscribe(presenceOf('order-bot'), { retainHandling: 2 })
    const [one, other] = [
      await server.bot('order-bot', { connection: 'one' }),
      await server.bot('order-bot', { connection: 'other' }),
    ]
    expect(await toldBy(server, ana)).toEqual([[presenceOf('order-bot'), 'online']])
    await one.client.vanish()
    await pass(server, graceMs)
    expect(await toldBy(server, ana)).toEqual([])
    await other.client.unsubscribe('daak/turns/+')
    expect(await toldBy(server, ana)).toEqual([[presenceOf('order-bot'), 'offline']])
    await server.client('order-bot', { connection: 'console' })
    expect(await toldBy(server, ana)).toEqual([])
  })

  test('is told anew to a session that is back', async () => {
    const server = await TestServer.open()
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
    await acquaint(server, 'ana', 'ben')
    const ben = await server.client('ben', kept)
    await ben.subscribe(presenceOf('ana'))
    expect(await hearsPresence(ben)).toEqual([presenceOf('ana'), 'offline'])
    await ben.vanish()
    await server.client('ana')
    const back = await server.client('ben', kept)
    expect(await hearsPresence(back)).toEqual([presenceOf('ana'), 'online'])
  })

  test('is told no more after UNSUBSCRIBE', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const ben = await server.client('ben')
    await ben.subscribe(presenceOf('+'), { retainHandling: 2 })
    expect(await ben.unsubscribe(presenceOf('+'))).toMatchObject({ reasonCodes: [0] })
    await server.client('ana')
    expect(await toldBy(server, ben)).toEqual([])
  })

  test('outlives a restart: who is back within the grace was never away, who is not is offline since then', async () => {
    let server = await TestServer.open()
    for (const name of ['ana', 'cem']) await acquaint(server, name, 'ben')
    for (const name of ['ana', 'cem']) await server.client(name)
    await pass(server, 60_000)
    const ended = server.clock.now()
    server = await server.restart()
    const ben = await server.client('ben')
    await ben.subscribe(presenceOf('+'), { retainHandling: 2 })
    await server.client('ana')
    await pass(server, graceMs)
    const heard = await ben.hears()
    expect([told(heard), JSON.parse(textOf(heard)).since]).toEqual([[presenceOf('cem'), 'offline'], ended])
    expect(await toldBy(server, ben)).toEqual([])
  })

  test('is the newest where it changes faster than its watcher reads', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const ana = await server.client('ana')
    const ben = await server.client('ben', { silent: true, properties: { receiveMaximum: 1 } })
    await ben.subscribe(presenceOf('ana'), { retainHandling: 2 })
    await say(ana, 'away')
    const first = await ben.hears()
    for (const status of ['online', 'away', 'online']) await say(ana, status)
    ben.acknowledge(first)
    const heard = [first]
    while (told(heard.at(-1) as PublishPacket)[1] !== 'online') {
      heard.push(await ben.hears())
      ben.acknowledge(heard.at(-1) as PublishPacket)
    }
    await server.rest()
    heard.push(...ben.takeUnheard())
    expect(told(heard.at(-1) as PublishPacket)).toEqual([presenceOf('ana'), 'online'])
    expect(heard.length).toBeLessThan(4)
  })

  test('of its clients is seen by a vendor, and by no other vendor', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byName] })
    const desk = await server.client('support', { connection: 'desk' })
    const foreign = await server.client('globex:support', { connection: 'desk' })
    const ana = await server.client('ana')
    for (const client of [desk, foreign]) await client.subscribe(presenceOf('+'))
    expect((await toldBy(server, desk)).sort()).toEqual([
      [presenceOf('ana'), 'online'],
      [presenceOf('support'), 'online'],
    ])
    expect(await toldBy(server, foreign)).toEqual([[presenceOf('support'), 'online']])
    await say(ana, 'away')
    expect(await toldBy(server, desk)).toEqual([[presenceOf('ana'), 'away']])
    expect(await toldBy(server, foreign)).toEqual([])
  })
})

describe('presence/read', () => {
  const readBy = async (client: Client, clients: readonly string[]) => {
    const answer = await client.call('presence/read', { clients })
    if ('error' in answer) return answer.error.code
    return (answer.result as Presences).presences.map(({ client, status }) => `${client} ${status}`)
  }

  test('answers about those with whom the caller shares a conversation, and about itself', async () => {
    const server = await TestServer.open()
    await acquaint(server, 'ana', 'ben')
    const cem = await server.person('cem')
    await cem.call('conversations/create', { id: 'room', members: ['ben', 'dan'] })
    await cem.say('daak/conversations/room/messages', 'hi')
    const ben = await server.person('ben')
    expect(await readBy(ben, ['ana', 'eve', 'cem', 'ben', 'dan', 'ana'])).toEqual([
      'ana offline',
      'cem online',
      'ben online',
      'dan offline',
    ])
  })

  test('answers a vendor about all of its clients', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byName] })
    await server.client('ana')
    const desk = await server.person('support', { connection: 'desk' })
    expect(await readBy(desk, ['ana', 'nobody'])).toEqual(['ana online', 'nobody offline'])
  })

  test('refuses names that are none, and too many of them', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    expect(await readBy(ana, ['b n'])).toBe(-32602)
    expect(
      await readBy(
        ana,
        Array.from({ length: 1_001 }, (_, i) => `c${i}`),
      ),
    ).toBe(-32602)
  })
})

describe('a publish or subscription is refused when it', () => {
  test.each([
    ['tells the presence of another', presenceOf('ben'), '{"status":"away"}', {}, 0x87, /daak\/presence\/ana/],
    ['is no JSON', presenceOf('ana'), 'away', {}, 0x99, /status/],
    ['says what only the server knows', presenceOf('ana'), '{"status":"offline"}', {}, 0x99, /status/],
    ['is to be retained', presenceOf('ana'), '{"status":"away"}', { retain: true }, 0x83, /RETAIN/],
    ['names no client', presenceOf('a b'), '{"status":"away"}', {}, 0x90, /1 to 128/],
  ])('%s', async (_, topic, payload, fields, code, help) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const puback = await ana.say(topic, payload, fields)
    expect([puback.reasonCode, puback.properties?.reasonString]).toEqual([code, expect.stringMatching(help)])
  })

  test.each([
    ['names no client', presenceOf('a b')],
    ['is shared', `$share/group/${presenceOf('+')}`],
  ])('%s', async (_, filter) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    expect((await ana.subscribe(filter)).reasonCodes).toEqual([0x8f])
  })

  test('is a will: its connection is gone', async () => {
    const server = await TestServer.open()
    const payload = new TextEncoder().encode('{"status":"away"}')
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
    const will = { topic: presenceOf('ana'), payload, qos: 0, retain: false } as const
    const ana = await server.client('ana', { ...kept, will })
    await ana.subscribe('daak/notices')
    await ana.vanish()
    const back = await server.client('ana', kept)
    expect(JSON.parse(textOf(await back.hears()))).toMatchObject({ type: 'will-refused', code: 0x83 })
  })
})
