import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../src/broker/index.js'
import { bytes, expectEnd, expectMessages, house, say, sayOnce } from '../support.js'

const talkative: Exchange = {
  publish: async () => ({ reasonCode: 0x87, reason: 'no '.repeat(30), userProperties: [['why', 'x'.repeat(90)]] }),
  subscribe: async () => ({ reasonCode: 0x87 }),
  unsubscribe: async () => false,
  resume: async () => {},
  attach: () => {},
  detach: () => {},
}

/** QoS 2 from the server to a client, as far as PUBLISH. */
const receiving = async () => {
  const server = await house()
  const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
  await ana.subscribe('room', { qos: 2 })
  await sayOnce(ben, 'room', 'hello')
  const [{ packetId = 0 } = {}] = await expectMessages(ana, 'hello')
  return { ana, packetId }
}

describe.each([
  ['3.4 PUBACK', 'puback', 1],
  ['3.5 PUBREC', 'pubrec', 2],
] as const)('%s', (_, type, qos) => {
  it('[MQTT-3.4.2-1] [MQTT-3.5.2-1] says with a code of its own what became of the message', async () => {
    const server = await house({ authorize: (_, { action, topic }) => action === 'subscribe' || topic !== 'secret' })
    const ana = await server.connect('ana')
    await ana.subscribe('heard')
    const properties = { payloadFormatIndicator: 1 } as const
    const codes = []
    for (const [topic, payload, fields] of [
      ['heard', 'x', {}],
      ['unheard', 'x', {}],
      ['secret', 'x', {}],
      ['heard', new Uint8Array([0xff]), { properties }],
    ] as const) {
      ana.publish(topic, '', { qos, packetId: codes.length + 1, ...fields, ...(payload !== 'x' && { payload }) })
      const packets = (await ana.heard()).filter((packet) => packet.type === type)
      codes.push(...packets.map((packet) => 'reasonCode' in packet && packet.reasonCode))
    }
    expect(codes).toEqual([
      ReasonCode.Success,
      ReasonCode.NoMatchingSubscribers,
      ReasonCode.NotAuthorized,
      ReasonCode.PayloadFormatInvalid,
    ])
  })

  it('[MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.5.2-2] [MQTT-3.5.2-3] explains no more than fits', async () => {
    const server = await house({ exchange: talkative })
    const explained = await server.connect('ana')
    explained.publish('daak/to/ben', 'x', { qos, packetId: 1 })
    const long = await explained.expect(type)
    expect(long.properties?.reasonString).toContain('no')
    expect(long.properties?.userProperties).toHaveLength(1)
    const small = await server.connect('ben', { properties: { maximumPacketSize: 50 } })
    small.publish('daak/to/ana', 'x', { qos, packetId: 1 })
    const short = await small.expect(type)
    expect(short.reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(short.properties ?? {}).toEqual({})
  })
})

describe('3.6 PUBREL', () => {
  it.each([0x60, 0x61, 0x63, 0x6a])('[MQTT-3.6.1-1] that begins with the byte %i is malformed', async (firstByte) => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(bytes(firstByte, 2, 0, 1))
    await expectEnd(ana, ReasonCode.MalformedPacket)
  })

  it('[MQTT-3.6.2-1] [MQTT-3.6.2-2] [MQTT-3.6.2-3] says that it goes on or that there is nothing, and no more', async () => {
    const { ana, packetId } = await receiving()
    ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toEqual({ type: 'pubrel', packetId, reasonCode: 0 })
    ana.send({ type: 'pubrec', packetId: 99, reasonCode: 0 })
    const unknown = ReasonCode.PacketIdentifierNotFound
    expect(await ana.expect('pubrel')).toEqual({ type: 'pubrel', packetId: 99, reasonCode: unknown })
  })
})

describe('3.7 PUBCOMP', () => {
  it('[MQTT-3.7.2-1] [MQTT-3.7.2-2] [MQTT-3.7.2-3] says that it is over or that there was nothing, and no more', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.publish('room', 'x', { qos: 2, packetId: 3 })
    await ana.expect('pubrec')
    for (const reasonCode of [ReasonCode.Success, ReasonCode.PacketIdentifierNotFound]) {
      ana.send({ type: 'pubrel', packetId: 3, reasonCode: 0 })
      expect(await ana.expect('pubcomp')).toEqual({ type: 'pubcomp', packetId: 3, reasonCode })
    }
  })

  it('is said also where the PUBREL has told that it knew of nothing', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.send({ type: 'pubrel', packetId: 3, reasonCode: ReasonCode.PacketIdentifierNotFound })
    expect(await ana.expect('pubcomp')).toMatchObject({ packetId: 3 })
    expect(await say(ana, 'room', 'x')).toMatchObject({ packetId: 1 })
  })
})
