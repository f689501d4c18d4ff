import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { TestServer } from '../../support/server.js'
import { bothVersions, bytes, expectEnd, house, kept, say, subscribeAll } from '../support.js'

describe.each(bothVersions)('4.7 Topic names and filters in $name', ({ plain }) => {
  /** How a filter that is none is refused. */
  const invalid = plain.version === 5 ? ReasonCode.TopicFilterInvalid : ReasonCode.UnspecifiedError
  /** How a connection ends; MQTT 3.1.1 has no word for it. */
  const reason = (code: number) => (plain.version === 5 ? code : undefined)
  /** A PUBLISH of QoS 0 without properties. */
  const publishTo = (...topic: number[]) => {
    const rest = [0, topic.length, ...topic, ...(plain.version === 5 ? [0] : [])]
    return bytes(0x30, rest.length, ...rest)
  }

  it.each(['+', 'a/+', 'a/#', '#', '+/b', 'a+b'])('[MQTT-4.7.0-1] no message may be sent to %j', async (topic) => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    ana.sendBytes(publishTo(...Buffer.from(topic)))
    await expectEnd(ana, reason(ReasonCode.MalformedPacket))
  })

  it.each([
    ['MQTT-4.7.1-1', '#'],
    ['MQTT-4.7.1-1', 'a/#'],
    ['MQTT-4.7.1-1', 'a/b/#'],
    ['MQTT-4.7.1-2', '+/b'],
    ['MQTT-4.7.1-2', 'a/+'],
    ['MQTT-4.7.1-2', '+/+'],
    ['MQTT-4.7.1-2', '+/b/#'],
  ])('[%s] %j takes a/b in', async (_, filter) => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    expect(await ana.subscribe(filter, { qos: 1 })).toEqual([1])
    await say(await server.connect('ben'), 'a/b', 'hello')
    expect(await ana.messages()).toEqual(['hello'])
  })

  it.each([
    ['MQTT-4.7.1-1', 'a#'],
    ['MQTT-4.7.1-1', 'a/b#'],
    ['MQTT-4.7.1-1', '#/b'],
    ['MQTT-4.7.1-1', 'a/#/b'],
    ['MQTT-4.7.1-2', 'a+'],
    ['MQTT-4.7.1-2', '+b/c'],
    ['MQTT-4.7.3-1', ''],
  ])('[%s] %j is no filter', async (_, filter) => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    expect(await ana.subscribe(filter)).toEqual([invalid])
  })

  it('[MQTT-4.7.2-1] a topic that begins with $ is for the server alone, in a will too', async () => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    for (const filter of ['#', '+/x', '$/x', '$SYS/#']) await ana.subscribe(filter, { qos: 1 })
    const ben = await server.connect('ben')
    for (const topic of ['$SYS/x', '$/x', '$share/g/x'])
      expect(await say(ben, topic, 'x')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    const will = { topic: '$SYS/x', payload: new Uint8Array(), qos: 0, retain: false } as const
    expect(await server.peer(plain.version).connect({ clientId: 'cem', will })).not.toMatchObject({ reasonCode: 0 })
    expect(await ana.messages()).toEqual([])
  })

  it('[MQTT-4.7.2-1] a filter that begins with a wildcard takes nothing in that the server says of itself', async () => {
    const server = await TestServer.open({ sysIntervalSeconds: 30 })
    const [ana, ben] = [await server.client('ana', plain), await server.client('ben', plain)]
    for (const filter of ['#', '+/#', '+/broker/clients/connected']) await ana.subscribe(filter)
    await ben.subscribe('$SYS/broker/clients/#')
    await ben.hears()
    server.clock.advance(30_000)
    await server.client('cem')
    server.clock.advance(30_000)
    expect(await ben.hears()).toMatchObject({ topic: '$SYS/broker/clients/connected' })
    await ben.say('room', 'hello')
    expect(await ana.hearsTexts(1)).toEqual(['hello'])
    expect(ana.takeUnheard()).toEqual([])
  })

  it('[MQTT-4.7.3-1] an empty topic, where nothing stands for it, ends the connection', async () => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    ana.sendBytes(publishTo())
    await expectEnd(ana, reason(ReasonCode.ProtocolError))
  })

  it('[MQTT-4.7.3-2] U+0000 in a topic ends the connection', async () => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    ana.sendBytes(publishTo(0x61, 0, 0x62))
    await expectEnd(ana, reason(ReasonCode.MalformedPacket))
  })

  it('[MQTT-4.7.3-3] a topic may have 65,535 bytes, where the server is not told otherwise', async () => {
    const server = await house({ brokerLimits: { topicBytes: 65_535 } })
    const [ana, ben] = [await server.connect('ana', plain), await server.connect('ben', plain)]
    const topic = `${'é'.repeat(32_767)}x`
    expect(await ana.subscribe(topic, { qos: 1 })).toEqual([1])
    await say(ben, topic, 'long')
    expect(await ana.messages()).toEqual(['long'])
  })

  it('[MQTT-4.7.3-4] topics are compared as they are: no character counts as another, no level is left out', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', plain), await server.connect('ben')]
    const topics = [
      'a/b',
      'A/b',
      'a//b',
      '/a/b',
      'a/b/',
      'a/./b',
      ' a/b',
      'a%2Fb',
      'é',
      'e\u0301',
      '\ufeffa/b',
      'a\u200b/b',
    ]
    await subscribeAll(
      ana,
      topics.map((filter) => ({ filter, ...plainTerms })),
    )
    for (const topic of topics) await say(ben, topic, topic)
    const heard = (await ana.heard()).map((packet) => packet.type === 'publish' && packet.topic)
    expect(heard).toEqual(topics)
    for (const topic of ['a/B', 'a/b//', 'É', '/a//b']) await say(ben, topic, topic)
    expect(await ana.messages()).toEqual([])
  })

  it('[MQTT-4.7.3-4] nor do retained messages and kept sessions compare them otherwise', async () => {
    const server = await house()
    const ben = await server.connect('ben')
    for (const topic of ['a/b', 'a//b', 'A/b']) await say(ben, topic, topic, { retain: true })
    const ana = await server.connect('ana', kept)
    await ana.subscribe('a//b', { qos: 1 })
    expect(await ana.messages()).toEqual(['a//b'])
  })
})

const plainTerms = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
