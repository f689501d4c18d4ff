import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { textOf } from '../../support/peer.js'
import { acknowledge, bytes, expectMessages, house, kept, say, sayOnce } from '../support.js'

describe('3.3.1.1 DUP', () => {
  it.each([1, 2] as const)(
    '[MQTT-3.3.1-1] is set on a message of QoS %i that is sent again, and on no other',
    async (qos) => {
      const server = await house()
      const before = await server.connect('ana', kept)
      await before.subscribe('room', { qos })
      const ben = await server.connect('ben')
      await sayOnce(ben, 'room', 'sent')
      const [first] = await expectMessages(before, 'sent')
      expect(first).toMatchObject({ qos, dup: false })
      await before.vanish()
      await sayOnce(ben, 'room', 'queued')
      const ana = await server.connect('ana', kept)
      const [again, fresh] = await expectMessages(ana, 'sent', 'queued')
      expect(again).toMatchObject({ qos, dup: true, packetId: first?.packetId })
      expect(fresh).toMatchObject({ qos, dup: false })
    },
  )

  it('[MQTT-3.3.1-2] on QoS 0 is a protocol error', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(bytes(0x38, 4, 0, 1, 0x61, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
  })

  it.each([0, 1, 2] as const)(
    '[MQTT-3.3.1-2] [MQTT-3.3.1-3] of the sender is not that of the message of QoS %i',
    async (qos) => {
      const server = await house()
      const ana = await server.connect('ana')
      await ana.subscribe('room', { qos })
      await say(await server.connect('ben'), 'room', 'once more', { dup: true })
      await sayOnce(await server.connect('eva'), 'room', 'and more', { dup: true })
      for (const packet of await expectMessages(ana, 'once more', 'and more')) expect(packet.dup).toBe(false)
    },
  )
})

describe('3.3.1.2 QoS', () => {
  it('[MQTT-3.3.1-4] of 3 is malformed', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(bytes(0x36, 6, 0, 1, 0x61, 0, 1, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })
})

describe('3.3.1.3 RETAIN', () => {
  const withLamp = async () => {
    const server = await house()
    const ben = await server.connect('ben')
    await say(ben, 'lamp', 'on', { retain: true })
    /** What somebody finds who subscribes now. */
    const found = async () => {
      const late = await server.connect('late')
      await late.subscribe('lamp', { qos: 2 })
      const packets = (await late.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet] : []))
      for (const packet of packets) expect(packet).toMatchObject({ retain: true, dup: false })
      return packets.map((packet) => [textOf(packet), packet.qos])
    }
    return { server, ben, found }
  }

  it('[MQTT-3.3.1-5] keeps the message and its QoS in the place of an earlier one', async () => {
    const { ben, found } = await withLamp()
    expect(await found()).toEqual([['on', 1]])
    await sayOnce(ben, 'lamp', 'off', { retain: true })
    expect(await found()).toEqual([['off', 2]])
  })

  it('[MQTT-3.3.1-6] [MQTT-3.3.1-7] on an empty message removes the one that is kept, keeps none, and is sent on', async () => {
    const { server, ben, found } = await withLamp()
    const ana = await server.connect('ana')
    await ana.subscribe('lamp', { retainHandling: 2 })
    await say(ben, 'lamp', '', { retain: true })
    await expectMessages(ana, '')
    expect(await found()).toEqual([])
  })

  it('[MQTT-3.3.1-8] of 0 leaves the message that is kept as it is', async () => {
    const { ben, found } = await withLamp()
    await say(ben, 'lamp', 'off')
    await say(ben, 'lamp', '')
    expect(await found()).toEqual([['on', 1]])
  })

  it.each([
    ['[MQTT-3.3.1-9]', 0, [['on'], ['on']]],
    ['[MQTT-3.3.1-10]', 1, [['on'], []]],
    ['[MQTT-3.3.1-11]', 2, [[], []]],
  ] as const)(
    '%s comes by Retain Handling %i with a first subscription, and a second one, as it says',
    async (_, retainHandling, found) => {
      const { server } = await withLamp()
      const ana = await server.connect('ana')
      for (const texts of found) {
        await ana.subscribe('lamp', { retainHandling })
        expect(await ana.messages()).toEqual(texts)
      }
    },
  )

  it('[MQTT-3.3.1-10] comes by Retain Handling 1 with a subscription that was ended before', async () => {
    const { server } = await withLamp()
    const ana = await server.connect('ana', kept)
    await ana.subscribe('lamp', { retainHandling: 1 })
    await expectMessages(ana, 'on')
    ana.send({ type: 'unsubscribe', packetId: 1, filters: ['lamp'] })
    await ana.expect('unsuback')
    await ana.subscribe('lamp', { retainHandling: 1 })
    await expectMessages(ana, 'on')
  })

  it.each([
    ['[MQTT-3.3.1-12]', false],
    ['[MQTT-3.3.1-13]', true],
  ])('%s is sent on where Retain As Published is %j, live and from the store', async (_, retainAsPublished) => {
    const server = await house()
    const ana = await server.connect('ana', kept)
    await ana.subscribe('room', { qos: 1, retainAsPublished })
    const ben = await server.connect('ben')
    const sayBoth = async () => {
      await say(ben, 'room', 'kept', { retain: true })
      await say(ben, 'room', 'plain')
    }
    await sayBoth()
    const live = await expectMessages(ana, 'kept', 'plain')
    for (const packet of live) acknowledge(ana, packet)
    await ana.disconnect()
    await sayBoth()
    const late = await expectMessages(await server.connect('ana', kept), 'kept', 'plain')
    expect([...live, ...late].map(({ retain }) => retain)).toEqual([retainAsPublished, false, retainAsPublished, false])
  })
})

describe('3.3.2.1 The topic', () => {
  it('[MQTT-3.3.2-1] is there: a PUBLISH without one is malformed', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(bytes(0x30, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
  })

  it('[MQTT-3.3.2-1] is not empty, unless an alias stands for it', async () => {
    const ana = await (await house()).connect('ana')
    ana.sendBytes(bytes(0x30, 3, 0, 0, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
  })

  it.each(['#', '+', 'a/#', 'a/+', 'a+'])('[MQTT-3.3.2-2] has no wildcard, as in %s', async (topic) => {
    const ana = await (await house()).connect('ana')
    const letters = new TextEncoder().encode(topic)
    ana.sendBytes(bytes(0x30, 3 + letters.length, 0, letters.length, ...letters, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    await ana.closed
  })

  it('[MQTT-3.3.2-3] of a message to a client is one that its filter takes in, as it was published', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('house/+/lamp')
    await ana.subscribe('house/kitchen/#')
    const ben = await server.connect('ben')
    const topics = [
      'house/hall/lamp',
      'house/hall/oven',
      'house/kitchen',
      'house/kitchen/oven',
      'House/kitchen',
      'house',
    ]
    for (const topic of topics) await say(ben, topic, '')
    const heard = (await ana.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet.topic] : []))
    expect(heard).toEqual(['house/hall/lamp', 'house/kitchen', 'house/kitchen/oven'])
  })
})
