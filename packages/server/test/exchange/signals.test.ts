import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const signalsOf = (conversation: string) => `daak/conversations/${conversation}/signals`
const typing = { properties: [['type', 'typing']] as const }

/** Clients who listen to the signals of all their conversations. */
const listening = async (server: TestServer, ...names: string[]): Promise<Client[]> => {
  const clients = await Promise.all(names.map((name) => server.client(name)))
  for (const client of clients) await client.subscribe(signalsOf('+'))
  return clients
}

/** A conversation of these people, made by the first. */
const conversationOf = async (server: TestServer, ...members: string[]): Promise<string> => {
  const maker = await server.person(members[0] as string, { connection: 'maker' })
  await maker.call('conversations/create', { id: 'room', members })
  await maker.disconnect()
  return 'room'
}

describe('a signal', () => {
  test('reaches the members who listen, with who said it and when, and nobody else', async () => {
    const server = await TestServer.open()
    await conversationOf(server, 'ana', 'ben', 'cem')
    const [ana, ben, cem, eve] = (await listening(server, 'ana', 'ben', 'cem', 'eve')) as [
      Client,
      Client,
      Client,
      Client,
    ]
    const deaf = await server.client('ben', { connection: 'deaf' })
    await ana.say(signalsOf('room'), 'soon', {
      properties: [
        ['id', 's1'],
        ['type', 'typing'],
        ['mood', 'good'],
      ],
      mqtt: { contentType: 'text/plain' },
    })
    for (const hearer of [ben, cem]) {
      const heard = await hearer.hears()
      expect([heard.topic, textOf(heard), heard.qos, heard.retain]).toEqual([signalsOf('room'), 'soon', 0, false])
      expect(heard.properties).toEqual({
        contentType: 'text/plain',
        userProperties: [
          ['id', 's1'],
          ['type', 'typing'],
          ['mood', 'good'],
          ['from', 'ana'],
          ['at', String(server.clock.now())],
        ],
      })
    }
    await server.rest()
    expect([eve.takeUnheard(), deaf.takeUnheard()]).toEqual([[], []])
  })

  test('gets an id where its sender gives it none', async () => {
    const server = await TestServer.open()
    const [ana, ben] = (await listening(server, 'ana', 'ben')) as [Client, Client]
    await ana.say(signalsOf('ana~ben'), '', typing)
    expect(propertyOf(await ben.hears(), 'id')).toMatch(/^[0-9a-z]{23}$/)
  })

  test('is heard by its sender’s other connections, and by the one that said it unless that has No Local', async () => {
    const server = await TestServer.open()
    const [phone, laptop, watch] = await Promise.all(
      ['phone', 'laptop', 'watch'].map((connection) => server.client('ana', { connection })),
    )
    if (!phone || !laptop || !watch) throw new Error('three connections')
    for (const client of [phone, laptop]) await client.subscribe(signalsOf('+'), { noLocal: true })
    await watch.subscribe(signalsOf('+'))
    await phone.say(signalsOf('ana~ben'), 'one', typing)
    await watch.say(signalsOf('ana~ben'), 'two', typing)
    expect(await laptop.hearsTexts(2)).toEqual(['one', 'two'])
    expect(await watch.hearsTexts(2)).toEqual(['one', 'two'])
    expect(await phone.hearsTexts(1)).toEqual(['two'])
  })

  test('comes once to overlapping subscriptions, with the identifiers of all', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    await ben.subscribe(signalsOf('+'), { identifier: 1 })
    await ben.subscribe(signalsOf('ana~ben'), { identifier: 2 })
    await ben.subscribe(signalsOf('ben~cem'), { identifier: 3 })
    await ana.say(signalsOf('ana~ben'), 'one', typing)
    await ana.say(signalsOf('ana~ben'), 'two', typing)
    const heard = [await ben.hears(), await ben.hears()]
    expect(heard.map(textOf)).toEqual(['one', 'two'])
    expect(heard[0]?.properties?.subscriptionIdentifiers).toEqual([1, 2])
  })

  test('is acknowledged at QoS 1, and kept nowhere: who subscribes or comes back later hears nothing of it', async () => {
    const server = await TestServer.open()
    const session = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
    const ana = await server.person('ana')
    const ben = await server.client('ben', session)
    await ben.subscribe(signalsOf('+'))
    await ben.vanish()
    expect(await ana.say(signalsOf('ana~ben'), 'lost', typing)).toMatchObject({ reasonCode: 0 })
    const back = await server.client('ben', session)
    expect(back.connack.sessionPresent).toBe(true)
    await ana.say(signalsOf('ana~ben'), 'heard', typing)
    expect(await back.hearsTexts(1)).toEqual(['heard'])
    expect(await ana.call('history/read', { conversation: 'ana~ben' })).toMatchObject({
      result: { messages: [], head: 0 },
    })
  })

  test('is heard by clients of MQTT 3.1.1, and said by them', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana', { version: 4 }), await server.client('ben', { version: 4 })]
    for (const client of [ana, ben]) await client.subscribe(signalsOf('+'))
    await ana.say(signalsOf('ana~ben'), 'hi')
    expect(await ben.hearsTexts(1)).toEqual(['hi'])
  })

  test('of a bot that streams its reply comes before the message that ends it, in order', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    await ana.subscribe(signalsOf('+'))
    const bot = await server.bot('order-bot')
    await ana.say('daak/to/order-bot', 'hi')
    const lease = await bot.lease()
    const delta = { properties: [['type', 'delta'] as const, ['id', '1.0'] as const], qos: 0 as const }
    for (const text of ['Wel', 'come.']) bot.client.send(signalsOf(lease.conversation), text, delta)
    await bot.commit(lease, ['Welcome.'])
    const heard = [await ana.hears(), await ana.hears(), await ana.hears(), await ana.hears()]
    expect(heard.map(textOf)).toEqual(['hi', 'Wel', 'come.', 'Welcome.'])
    expect(heard.slice(1).map((each) => propertyOf(each, 'id'))).toEqual(['1.0', '1.0', '1.0'])
  })

  test('of the vendor is heard in conversations of its clients', async () => {
    const server = await TestServer.open({
      dev: false,
      authentication: [
        {
          name: 'test',
          authenticate: async ({ username = '' }) => ({
            identity: { vendor: 'acme', client: username, ...(username === 'support' && { role: 'vendor' as const }) },
          }),
        },
      ],
    })
    await conversationOf(server, 'ana', 'ben')
    const [ana] = (await listening(server, 'ana')) as [Client]
    const support = await server.client('support')
    expect((await support.say(signalsOf('room'), 'we are here', typing)).reasonCode).toBe(0)
    expect(await ana.hearsTexts(1)).toEqual(['we are here'])
    expect((await support.say(signalsOf('nowhere'), 'hello?', typing)).reasonCode).toBe(ReasonCode.NotAuthorized)
  })

  test('is shed, and counted, where its hearer does not read; the others hear it', async () => {
    const server = await TestServer.open({ limits: { unsentBytes: 1 << 20 } })
    await conversationOf(server, 'ana', 'ben', 'cem')
    const [ana, ben, cem] = (await listening(server, 'ana', 'ben', 'cem')) as [Client, Client, Client]
    ben.pause()
    const filler = 'x'.repeat(10_000)
    let said = 0
    for (; said < 400; said++) {
      await ana.say(signalsOf('room'), filler, typing)
      await cem.hears()
    }
    ben.resume()
    const heard: string[] = []
    while (!heard.includes('last')) {
      await ana.say(signalsOf('room'), 'last', typing)
      said++
      await server.rest()
      heard.push(...ben.takeUnheard().map(textOf))
    }
    expect(heard.length).toBeLessThan(said)
    await cem.unsubscribe(signalsOf('+'))
    cem.takeUnheard()
    await cem.subscribe('$SYS/broker/publish/messages/dropped')
    expect(await cem.hearsTexts(1)).toEqual([String(said - heard.length)])
  })
})

describe('a signal is refused, and its sender told what to do, when it', () => {
  test.each([
    ['is to be retained', signalsOf('ana~ben'), { retain: true }, 0x83, /without RETAIN/],
    [
      'forges its sender',
      signalsOf('ana~ben'),
      { properties: [['from', 'eve'] as const] },
      0x99,
      /"from" is the server's/,
    ],
    ['sets its time', signalsOf('ana~ben'), { properties: [['at', '1'] as const] }, 0x99, /"at" is the server's/],
    [
      'is for somebody who is not there',
      signalsOf('ana~ben'),
      { properties: [['to', 'eve'] as const] },
      0x99,
      /member/,
    ],
    ['is for a conversation of others', signalsOf('ben~eve'), {}, 0x87, /not a member/],
    ['is for a conversation that is not there', signalsOf('nowhere'), {}, 0x87, /not a member/],
    ['is for its sender alone', signalsOf('ana~ana'), {}, 0x90, /1 to 128/],
    ['names a direct conversation the wrong way round', signalsOf('ben~ana'), {}, 0x90, /sorted/],
  ])('%s', async (_, topic, fields, code, help) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const puback = await ana.say(topic, 'hi', fields)
    expect(puback.reasonCode).toBe(code)
    expect(puback.properties?.reasonString).toMatch(help)
  })

  test('is for a conversation that its sender has left, or that is closed', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.person('ana'), await server.person('ben')]
    await ana.call('conversations/create', { id: 'room', members: ['ben'] })
    for (const client of [ana, ben]) await client.subscribe(signalsOf('+'))
    await ben.call('conversations/leave', { id: 'room' })
    expect((await ben.say(signalsOf('room'), '', typing)).reasonCode).toBe(ReasonCode.NotAuthorized)
    await ana.say(signalsOf('room'), 'alone', typing)
    await server.rest()
    expect(ben.takeUnheard().filter(({ topic }) => topic === signalsOf('room'))).toEqual([])
    await ana.call('conversations/close', { id: 'room' })
    expect(await ana.say(signalsOf('room'), '', typing)).toMatchObject({ reasonCode: ReasonCode.TopicNameInvalid })
  })

  test('is one too many for its sender', async () => {
    const server = await TestServer.open({ limits: { perClient: { publishesPerSecond: 2 } } })
    const ana = await server.client('ana')
    const codes: number[] = []
    for (let i = 0; i < 5; i++) codes.push((await ana.say(signalsOf('ana~ben'), '', typing)).reasonCode)
    expect(codes).toEqual([0, 0, 0, 0, ReasonCode.QuotaExceeded])
  })
})

describe('a subscription to signals', () => {
  test('is granted QoS 0, whatever it asks for', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    expect((await ana.subscribe(signalsOf('+'), { qos: 2 })).reasonCodes).toEqual([0])
  })

  test.each([
    ['of others', signalsOf('ben~eve'), 0x87],
    ['of nobody', signalsOf('nowhere'), 0x87],
    ['of a name that is none', signalsOf('b n'), 0x8f],
    ['by a shared group', `$share/group/${signalsOf('+')}`, 0x8f],
  ])('%s is refused', async (_, filter, code) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    expect((await ana.subscribe(filter)).reasonCodes).toEqual([code])
  })

  test('ends with UNSUBSCRIBE', async () => {
    const server = await TestServer.open()
    const [ana, ben] = (await listening(server, 'ana', 'ben')) as [Client, Client]
    expect(await ben.unsubscribe(signalsOf('+'))).toMatchObject({ reasonCodes: [0] })
    await ana.say(signalsOf('ana~ben'), 'hi', typing)
    expect(await ana.hearsTexts(1)).toEqual(['hi'])
    await server.rest()
    expect(ben.takeUnheard()).toEqual([])
  })
})
