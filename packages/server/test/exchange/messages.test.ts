import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const messagesOf = (conversation: string) => `daak/conversations/${conversation}/messages`

describe('a direct conversation', () => {
  test('is made by the first message to a client', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    await ana.say('daak/to/ben', 'hi')
    const heard = await ben.hears()
    expect([heard.topic, textOf(heard)]).toEqual([messagesOf('ana~ben'), 'hi'])
  })

  test('is made by the first message to its name, from either of the two', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const ben = await server.person('ben')
    expect((await ben.say(messagesOf('ana~ben'), 'hi')).reasonCode).toBe(0)
    expect(textOf(await ana.hears())).toBe('hi')
  })

  test('is one journal, whoever speaks and however it is addressed', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const ben = await server.person('ben')
    const seqs = [
      await ana.say('daak/to/ben', 'one'),
      await ben.say('daak/to/ana', 'two'),
      await ana.say(messagesOf('ana~ben'), 'three'),
    ].map((puback) => propertyOf(puback, 'seq'))
    expect(seqs).toEqual(['1', '2', '3'])
  })

  test('keeps the order in which one connection speaks, also while it is being made', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    const texts = Array.from({ length: 50 }, (_, i) => `message ${i}`)
    for (const [i, text] of texts.entries()) ana.send(i % 2 ? 'daak/to/ben' : messagesOf('ana~ben'), text)
    expect(await ben.hearsTexts(texts.length)).toEqual(texts)
  })
})

describe('a message', () => {
  test('comes with what its sender said of it, and with its place, sender, time and position', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await ana.say('daak/to/ben', '{"name":"rain"}', {
      properties: [
        ['id', 'm1'],
        ['type', 'event'],
        ['reply-to', 'm0'],
        ['to', 'ben'],
        ['traceparent', traceparent],
        ['mood', 'good'],
        ['mood', 'bad'],
      ],
      mqtt: { contentType: 'application/json' },
    })
    const { properties } = await ben.hears()
    expect(properties?.contentType).toBe('application/json')
    expect(properties?.userProperties).toEqual([
      ['id', 'm1'],
      ['type', 'event'],
      ['reply-to', 'm0'],
      ['to', 'ben'],
      ['traceparent', traceparent],
      ['mood', 'good'],
      ['mood', 'bad'],
      ['seq', '1'],
      ['from', 'ana'],
      ['at', String(server.clock.now())],
      ['pos', expect.stringMatching(/^\d+:1$/)],
    ])
  })

  test('is a text with an id of the server where its sender says nothing of it', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    await ana.say('daak/to/ben', 'hi')
    const heard = await ben.hears()
    expect(propertyOf(heard, 'type')).toBe('text')
    expect(propertyOf(heard, 'id')).toMatch(/^[0-9a-z]{23}$/)
  })

  test('is acknowledged with its place and time', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const puback = await ana.say('daak/to/ben', 'hi')
    expect(puback.properties?.userProperties).toEqual([
      ['seq', '1'],
      ['at', String(server.clock.now())],
    ])
  })

  test('sent again with its id is the same message', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    const first = await ana.say('daak/to/ben', 'hi', { properties: [['id', 'm1']] })
    server.clock.advance(1_000)
    const again = await ana.say('daak/to/ben', 'hi', { properties: [['id', 'm1']] })
    await ana.say('daak/to/ben', 'next')
    expect(again.properties).toEqual(first.properties)
    expect(await ben.hearsTexts(2)).toEqual(['hi', 'next'])
  })

  test('that is to come after another is refused for now where that one was not taken, and its receivers are told nothing of it', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    const second = {
      properties: [
        ['id', 'm2'],
        ['after', 'm1'],
      ] as [string, string][],
    }
    const refused = await ana.say('daak/to/ben', 'two', second)
    expect([refused.reasonCode, refused.properties?.reasonString]).toEqual([
      0x97,
      expect.stringContaining('both again'),
    ])
    await ana.say('daak/to/ben', 'one', { properties: [['id', 'm1']] })
    expect((await ana.say('daak/to/ben', 'two', second)).reasonCode).toBe(0)
    expect(textOf(await ben.hears())).toBe('one')
    const heard = await ben.hears()
    expect([textOf(heard), propertyOf(heard, 'id'), propertyOf(heard, 'after')]).toEqual(['two', 'm2', undefined])
  })

  test('sent again without an id is another message', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    const answers = [await ana.say('daak/to/ben', 'hi'), await ana.say('daak/to/ben', 'hi')]
    expect(answers.map((puback) => propertyOf(puback, 'seq'))).toEqual(['1', '2'])
    expect(await ben.hearsTexts(2)).toEqual(['hi', 'hi'])
  })

  test('reaches a client of MQTT 3.1.1 as its payload alone', async () => {
    const server = await TestServer.open()
    const old = await server.client('ben', { version: 4 })
    await old.subscribe('daak/from/+')
    const ana = await server.client('ana')
    await ana.say('daak/to/ben', 'hi')
    const { topic, payload, properties } = await old.hears()
    expect([topic, textOf({ payload }), properties]).toEqual(['daak/from/ana', 'hi', undefined])
  })

  test('sent at QoS 0 and at QoS 2 becomes one message as well', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana')
    ana.send('daak/to/ben', 'zero', { qos: 0 })
    ana.send('daak/to/ben', 'two', { qos: 2, packetId: 7 })
    const pubrec = await ana.answer()
    expect(pubrec).toMatchObject({ type: 'pubrec', packetId: 7, reasonCode: 0 })
    ana.sendPacket({ type: 'pubrel', packetId: 7, reasonCode: 0 })
    expect(await ana.answer()).toMatchObject({ type: 'pubcomp', packetId: 7 })
    expect(await ben.hearsTexts(2)).toEqual(['zero', 'two'])
  })
})
