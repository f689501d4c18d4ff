import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { textOf } from '../../support/peer.js'
import { expectEnd, expectMessages, house, overheard, say, sayOnce } from '../support.js'
import { packet, text } from './wire.js'

const old = { version: 4 } as const

/** What a new subscription of a new client finds. */
const foundBy = async (server: House, filter: string, qos: 0 | 1 | 2 = 2) => {
  const late = await server.connect('late', old)
  await late.subscribe(filter, { qos })
  const found = (await late.heard()).flatMap((each) => (each.type === 'publish' ? [each] : []))
  await late.disconnect()
  return found
}

describe('3.3 PUBLISH of MQTT 3.1.1', () => {
  it.each([
    ['MQTT-3.3.1-2', 'DUP on QoS 0', packet(0x38, ...text('a'))],
    ['MQTT-3.3.1-4', 'QoS 3', packet(0x36, ...text('a'), 0, 1)],
    ['MQTT-3.3.2-1', 'no topic', packet(0x30)],
    ['MQTT-3.3.2-1', 'a topic that is no UTF-8', packet(0x30, 0, 1, 0xff)],
    ['MQTT-3.3.2-2', 'a wildcard in its topic', packet(0x30, ...text('a/#'))],
    ['MQTT-3.3.2-2', 'another one', packet(0x30, ...text('a/+'))],
  ])('[%s] with %s closes the connection without a word', async (_, __, publish) => {
    const server = await house()
    const ana = await server.connect('ana', old)
    ana.sendBytes(publish)
    await expectEnd(ana)
  })

  it('[MQTT-3.3.1-2] [MQTT-3.3.1-3] goes out with DUP 0 for the first time, whatever DUP it came with', async () => {
    const server = await house()
    const subscribers = []
    for (const qos of [0, 1, 2] as const) {
      const peer = await server.connect(`qos-${qos}`, old)
      await peer.subscribe('room', { qos })
      subscribers.push(peer)
    }
    const ben = await server.connect('ben', old)
    ben.publish('room', 'hello', { qos: 2, packetId: 1, dup: true })
    for (const each of subscribers) expect(await expectMessages(each, 'hello')).toMatchObject([{ dup: false }])
  })

  it('[MQTT-3.3.4-1] is answered by its QoS: with nothing, a PUBACK or a PUBREC', async () => {
    const server = await house()
    const ana = await server.connect('ana', old)
    ana.publish('room', 'x')
    expect(await ana.heard()).toEqual([])
    ana.publish('room', 'x', { qos: 1, packetId: 5 })
    expect(await ana.heard()).toEqual([{ type: 'puback', packetId: 5, reasonCode: 0 }])
    ana.publish('room', 'x', { qos: 2, packetId: 5 })
    expect(await ana.heard()).toEqual([{ type: 'pubrec', packetId: 5, reasonCode: 0 }])
  })

  it('[MQTT-3.3.2-3] goes to who subscribes to its topic, and names that topic', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    for (const filter of ['a/+', 'b/#']) await ana.subscribe(filter, { qos: 1 })
    const topics = ['a/1', 'a', 'a/1/2', 'b', 'b/1/2', 'c']
    for (const topic of topics) await say(ben, topic, topic)
    const heard = (await ana.heard()).map((each) => each.type === 'publish' && each.topic)
    expect(heard).toEqual(['a/1', 'b', 'b/1/2'])
  })

  it('[MQTT-3.3.5-1] comes by overlapping subscriptions with the highest QoS that one of them has', async () => {
    const server = await house()
    const ana = await server.connect('ana', old)
    await ana.subscribe('a/+', { qos: 0 })
    await ana.subscribe('a/#', { qos: 2 })
    await ana.subscribe('#', { qos: 1 })
    const ben = await server.connect('ben', old)
    await sayOnce(ben, 'a/1', 'once')
    await say(ben, 'a/1', 'at least once')
    expect(await expectMessages(ana, 'once', 'at least once')).toMatchObject([{ qos: 2 }, { qos: 1 }])
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.3.5-2] that is not allowed is acknowledged as if it were, and goes to nobody', async () => {
    const server = await house({ authorize: (_, { action }) => action === 'subscribe' })
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await ana.subscribe('#', { qos: 2 })
    await say(ben, 'room', 'x')
    await sayOnce(ben, 'room', 'x')
    ben.publish('room', 'x')
    expect(await ben.heard()).toEqual([])
    expect(await ana.messages()).toEqual([])
  })
})

describe('3.3.1.3 RETAIN in MQTT 3.1.1', () => {
  it('[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-8] keeps the last message of each topic, with its QoS, for new subscriptions', async () => {
    const server = await house()
    const lamp = await server.connect('lamp', old)
    await say(lamp, 'lamp/1', 'off', { retain: true })
    await say(lamp, 'lamp/1', 'on', { retain: true })
    await sayOnce(lamp, 'lamp/2', 'dim', { retain: true })
    const found = await foundBy(server, 'lamp/+')
    const seen = found.map((each) => [textOf(each), each.qos, each.retain])
    expect(seen.sort()).toEqual([
      ['dim', 2, true],
      ['on', 1, true],
    ])
  })

  it('[MQTT-3.3.1-7] at QoS 0 takes the place of what was kept', async () => {
    const server = await house()
    const lamp = await server.connect('lamp', old)
    await say(lamp, 'lamp', 'on', { retain: true })
    lamp.publish('lamp', 'off', { retain: true })
    await lamp.heard()
    const found = await foundBy(server, 'lamp')
    expect(found.map((each) => [textOf(each), each.qos, each.retain])).toEqual([['off', 0, true]])
  })

  it('[MQTT-3.3.1-9] is 0 for who subscribed before', async () => {
    const server = await house()
    const [ana, lamp] = [await server.connect('ana', old), await server.connect('lamp', old)]
    await ana.subscribe('lamp', { qos: 1 })
    await say(lamp, 'lamp', 'on', { retain: true })
    expect(await expectMessages(ana, 'on')).toMatchObject([{ retain: false }])
  })

  it('[MQTT-3.3.1-10] [MQTT-3.3.1-11] with nothing in the message removes what was kept, and is passed on', async () => {
    const server = await house()
    const [ana, lamp] = [await server.connect('ana', old), await server.connect('lamp', old)]
    await say(lamp, 'lamp', 'on', { retain: true })
    await ana.subscribe('lamp', { qos: 1 })
    await expectMessages(ana, 'on')
    await say(lamp, 'lamp', '', { retain: true })
    await expectMessages(ana, '')
    expect(await foundBy(server, '#')).toEqual([])
  })

  it('[MQTT-3.3.1-12] of 0 keeps nothing, and leaves what was kept as it is', async () => {
    const server = await house()
    const lamp = await server.connect('lamp', old)
    await say(lamp, 'lamp', 'on', { retain: true })
    await say(lamp, 'lamp', 'flicker')
    await say(lamp, 'lamp', '')
    await say(lamp, 'other', 'x')
    expect((await foundBy(server, '#')).map(textOf)).toEqual(['on'])
  })
})

describe('2.3.1 Packet identifiers in MQTT 3.1.1', () => {
  it.each([
    ['a PUBLISH of QoS 1', packet(0x32, ...text('a'), 0, 0)],
    ['a PUBLISH of QoS 2', packet(0x34, ...text('a'), 0, 0)],
    ['a SUBSCRIBE', packet(0x82, 0, 0, ...text('a'), 0)],
    ['an UNSUBSCRIBE', packet(0xa2, 0, 0, ...text('a'))],
  ])('[MQTT-2.3.1-1] of 0 in %s close the connection', async (_, bytes) => {
    const server = await house()
    const ana = await server.connect('ana', old)
    ana.sendBytes(bytes)
    await expectEnd(ana)
  })

  it('[MQTT-2.3.1-5] are in no PUBLISH of QoS 0', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana', old)
    await ana.subscribe('a')
    ana.takeBytes()
    await say(await server.connect('ben', old), 'a', 'x')
    await expectMessages(ana, 'x')
    expect(ana.takeBytes()).toEqual(packet(0x30, ...text('a'), 0x78))
  })

  it('[MQTT-2.3.1-6] [MQTT-2.3.1-7] of an answer are those of what it answers', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana', old)
    ana.takeBytes()
    for (const [sent, type] of [
      [packet(0x32, ...text('a'), 1, 2), 'puback'],
      [packet(0x34, ...text('a'), 1, 3), 'pubrec'],
      [packet(0x62, 1, 3), 'pubcomp'],
      [packet(0x82, 1, 4, ...text('a'), 0), 'suback'],
      [packet(0xa2, 1, 5, ...text('a')), 'unsuback'],
    ] as const) {
      ana.sendBytes(sent)
      await ana.expect(type)
    }
    const answers = ['40020102', '50020103', '70020103', '9003010400', 'b0020105']
    expect(Buffer.from(ana.takeBytes()).toString('hex')).toBe(answers.join(''))
  })
})
