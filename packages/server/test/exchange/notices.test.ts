import { Notice } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
const keptOld = { version: 4, cleanStart: false } as const

const noticeTo = async (client: Client): Promise<Notice> => Notice.parse(JSON.parse(textOf(await client.hears())))

const noticed = async (server: TestServer, fields = {}, name = 'ana'): Promise<Client> => {
  const client = await server.client(name, fields)
  await client.subscribe('daak/notices')
  return client
}

describe('a publish that is refused is told on daak/notices where', () => {
  test('its sender speaks MQTT 3.1.1, and gets an acknowledgement as if it had been taken', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, { version: 4 })
    expect(await ana.say('daak/to/ben~eve', 'hi')).toMatchObject({ reasonCode: 0 })
    expect(await noticeTo(ana)).toEqual({
      type: 'publish-refused',
      code: ReasonCode.TopicNameInvalid,
      reason: expect.stringMatching(/1 to 128 of/),
      at: server.clock.now(),
      topic: 'daak/to/ben~eve',
    })
  })

  test('it has QoS 0, and so no answer: with its id', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server)
    ana.send('daak/conversations/nowhere/messages', 'hi', { qos: 0, properties: [['id', 'm1']] })
    expect(await noticeTo(ana)).toMatchObject({
      type: 'publish-refused',
      code: ReasonCode.NotAuthorized,
      topic: 'daak/conversations/nowhere/messages',
      id: 'm1',
    })
  })

  test('it is plain MQTT', async () => {
    const server = await TestServer.open({ access: () => false })
    const ana = await noticed(server)
    ana.send('news', 'hi', { qos: 0 })
    expect(await noticeTo(ana)).toMatchObject({ code: ReasonCode.NotAuthorized, topic: 'news' })
  })

  test('nothing else has told so: an answer of MQTT 5 says it itself', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server)
    await ana.say('daak/to/ben~eve', 'one')
    ana.send('daak/to/eve~ben', 'two', { qos: 0 })
    expect(await noticeTo(ana)).toMatchObject({ topic: 'daak/to/eve~ben' })
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })
})

describe('a client of MQTT 3.1.1 is told on daak/notices', () => {
  test('why a filter was refused, which its SUBACK can’t say', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, { version: 4 })
    expect((await ana.subscribe('daak/conversations/nowhere/messages')).reasonCodes).toEqual([0x80])
    expect(await noticeTo(ana)).toMatchObject({
      type: 'subscription-refused',
      code: ReasonCode.NotAuthorized,
      reason: expect.stringMatching(/not a member/),
      filter: 'daak/conversations/nowhere/messages',
    })
  })

  test('which of its subscriptions is over, before its connection is closed for that', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, keptOld)
    await ana.subscribe('news/#')
    await server.server.reload({ access: () => false })
    expect(await noticeTo(ana)).toMatchObject({ type: 'subscription-ended', code: 0x87, filter: 'news/#' })
    await ana.closed
  })

  test('the same when it is back, where it did not listen then', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', keptOld)
    await ana.subscribe('news/#')
    await server.server.reload({ access: () => false })
    await ana.closed
    const back = await noticed(server, keptOld)
    expect(await noticeTo(back)).toMatchObject({ type: 'subscription-ended', code: 0x87, filter: 'news/#' })
  })

  test('how many messages its full queue did not take', async () => {
    const server = await TestServer.open({ limits: { perConnection: { queuedMessages: 1 } } })
    const ana = await noticed(server, keptOld)
    await ana.subscribe('news')
    await ana.vanish()
    const ben = await server.client('ben')
    for (const text of ['one', 'two', 'three']) await ben.say('news', text)
    const back = await server.client('ana', keptOld)
    const heard = [await back.hears(), await back.hears()]
    const told = heard.find(({ topic }) => topic === 'daak/notices')
    expect(heard.map(({ topic }) => topic).sort()).toEqual(['daak/notices', 'news'])
    expect(told && JSON.parse(textOf(told))).toMatchObject({ type: 'messages-missed', code: 0x97, messages: 2 })
  })
})

describe('a session is told on daak/notices', () => {
  test('which of its subscriptions ended while it was away', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, kept)
    await ana.subscribe('news/#')
    await ana.subscribe('weather')
    await ana.vanish()
    await server.server.reload({ access: (_, { topic }) => topic === 'weather' })
    const back = await server.client('ana', kept)
    expect(back.connack.properties?.userProperties).toEqual([['unsubscribed', '1']])
    expect(await noticeTo(back)).toMatchObject({ type: 'subscription-ended', filter: 'news/#' })
  })

  test('that it has left a conversation which it subscribed to by its name, when it is back', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    await ben.call('conversations/create', { id: 'room', members: ['ana'] })
    const ana = await noticed(server, kept)
    const filter = 'daak/conversations/room/messages'
    await ana.subscribe(filter)
    await ana.vanish()
    await ben.call('conversations/leave', { id: 'room', client: 'ana' })
    const back = await server.client('ana', kept)
    expect(await noticeTo(back)).toMatchObject({ type: 'subscription-ended', code: 0x87, filter })
  })

  test('that its will was refused, when it is back', async () => {
    const server = await TestServer.open()
    const payload = new TextEncoder().encode('gone')
    const will = { topic: 'daak/conversations/nowhere/messages', payload, qos: 0, retain: false } as const
    const ana = await noticed(server, { ...kept, will })
    await ana.vanish()
    const back = await server.client('ana', kept)
    expect(await noticeTo(back)).toMatchObject({ type: 'will-refused', code: 0x87, topic: will.topic })
  })

  test('how many messages of QoS 0 it was too slow for, when it reads again', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server)
    await ana.subscribe('news', { qos: 0 })
    const ben = await server.client('ben')
    ana.pause()
    const filler = 'x'.repeat(60_000)
    let said = 0
    const say = async () => {
      ben.send('news', filler, { qos: 0 })
      said++
      await server.rest()
    }
    for (let i = 0; i < 40; i++) await say()
    server.clock.advance(2_000)
    for (let i = 0; i < 10; i++) await say()
    await (await server.client('cem')).say('daak/to/ben', 'all that was said before is there')
    ana.resume()
    const heard = [await ana.hears()]
    while (heard.at(-1)?.topic === 'news') heard.push(await ana.hears())
    const notice = Notice.parse(JSON.parse(textOf(heard.at(-1) as never)))
    expect(notice).toMatchObject({ type: 'messages-missed', code: 0x97 })
    expect((notice.messages ?? 0) + heard.length - 1).toBe(said)
  })
})

describe('notices', () => {
  test('are about one session, and told to no other of its client', async () => {
    const server = await TestServer.open()
    const phone = await noticed(server, { version: 4, connection: 'phone' })
    const laptop = await noticed(server, { connection: 'laptop' })
    await phone.say('daak/to/b n', 'hi')
    await noticeTo(phone)
    await server.rest()
    expect(laptop.takeUnheard()).toEqual([])
  })

  test('wait until the session subscribes, and are told once', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', { version: 4 })
    await ana.say('daak/to/b n', 'one')
    await ana.subscribe('daak/notices')
    expect(await noticeTo(ana)).toMatchObject({ topic: 'daak/to/b n' })
    await ana.unsubscribe('daak/notices')
    await ana.subscribe('daak/notices')
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })

  test('wait in a session that is kept, also while the server is stopped', async () => {
    let server = await TestServer.open()
    const ana = await server.client('ana', keptOld)
    await ana.say('daak/to/b n', 'one')
    await ana.vanish()
    server = await server.restart()
    const back = await server.client('ana', keptOld)
    expect(back.connack.sessionPresent).toBe(true)
    await back.subscribe('daak/notices')
    expect(await noticeTo(back)).toMatchObject({ topic: 'daak/to/b n' })
  })

  test('end with their session', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', { version: 4 })
    await ana.say('daak/to/b n', 'one')
    await ana.disconnect()
    const back = await noticed(server, { version: 4 })
    await back.say('daak/to/c m', 'two')
    expect(await noticeTo(back)).toMatchObject({ topic: 'daak/to/c m' })
  })

  test('are the newest 32, and the first says how many were left out', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', { version: 4 })
    for (let i = 1; i <= 40; i++) await ana.say(`daak/to/b n${i}`, 'hi')
    await ana.subscribe('daak/notices')
    const told: Notice[] = []
    while (told.length < 32) told.push(await noticeTo(ana))
    expect(told[0]).toMatchObject({ topic: 'daak/to/b n9', missed: 8 })
    expect(told[1]?.missed).toBeUndefined()
    expect(told.at(-1)?.topic).toBe('daak/to/b n40')
  })

  test('say the beginning of a name that is very long', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, { version: 4 })
    await ana.say(`daak/to/b n${'x'.repeat(4_000)}`, 'hi')
    const { topic } = await noticeTo(ana)
    expect(topic).toMatch(/^daak\/to\/b nx+…$/)
    expect(topic).toHaveLength(513)
  })

  test('wait for a client that does not read, and reach it in order', async () => {
    const server = await TestServer.open()
    const ana = await noticed(server, { silent: true, properties: { receiveMaximum: 1 } })
    for (const name of ['a b', 'c d', 'e f']) ana.send(`daak/to/${name}`, 'hi', { qos: 0 })
    for (const name of ['a b', 'c d', 'e f']) {
      const heard = await ana.hears()
      expect(JSON.parse(textOf(heard)).topic).toBe(`daak/to/${name}`)
      ana.acknowledge(heard)
    }
  })
})
