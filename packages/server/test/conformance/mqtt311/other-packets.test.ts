import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../../src/broker/index.js'
import { bytes, expectEnd, expectMessages, house, overheard, say } from '../support.js'
import { connectBytes, packet, text } from './wire.js'

const old = { version: 4 } as const

describe('Packets of MQTT 3.1.1', () => {
  it.each([
    ['MQTT-2.2.2-1', 'a PUBACK with header flags', packet(0x41, 0, 1)],
    ['MQTT-2.2.2-1', 'a PUBREC with header flags', packet(0x52, 0, 1)],
    ['MQTT-2.2.2-1', 'a PUBCOMP with header flags', packet(0x74, 0, 1)],
    ['MQTT-2.2.2-1', 'a PINGREQ with header flags', packet(0xc8)],
    ['MQTT-3.6.1-1', 'a PUBREL without its header flags', packet(0x60, 0, 1)],
    ['MQTT-3.6.1-1', 'a PUBREL with other header flags', packet(0x63, 0, 1)],
    ['MQTT-3.14.1-1', 'a DISCONNECT with header flags', packet(0xe1)],
    ['MQTT-4.8.0-1', 'a packet of no type', packet(0x00)],
    ['MQTT-4.8.0-1', 'an AUTH, which MQTT 3.1.1 has not', packet(0xf0)],
    ['MQTT-4.8.0-1', 'a packet that only a server sends', packet(0xd0)],
    ['MQTT-4.8.0-1', 'a packet that ends too early', packet(0x82, 0, 1, 0, 9)],
    ['MQTT-4.8.0-1', 'a packet that ends too late', packet(0x40, 0, 1, 0)],
    ['MQTT-4.8.0-1', 'a length of five bytes', bytes(0x30, 0x80, 0x80, 0x80, 0x80, 1)],
  ])('[%s] [MQTT-2.2.2-2] such as %s close the connection, and no other, without a word', async (_, __, wrong) => {
    const server = await house()
    const [ana, ben] = [await overheard(server, 'ana', old), await server.connect('ben', old)]
    ana.takeBytes()
    ana.sendBytes(wrong)
    await expectEnd(ana)
    expect(ana.takeBytes()).toHaveLength(0)
    expect(await ben.heard()).toEqual([])
  })

  it.each<[clause: string, what: string, value: number[]]>([
    ['MQTT-1.5.3-1', 'a surrogate', [0xed, 0xa0, 0x80]],
    ['MQTT-1.5.3-1', 'an over-long form', [0xc0, 0xaf]],
    ['MQTT-1.5.3-1', 'half a character', [0xe2, 0x82]],
    ['MQTT-1.5.3-2', 'U+0000', [0x61, 0x00]],
  ])('[%s] text with %s closes the connection', async (_, __, value) => {
    const server = await house()
    const string = Uint8Array.from(value)
    for (const wrong of [packet(0x30, ...text(string)), packet(0x82, 0, 1, ...text(string), 0)]) {
      const ana = await server.connect('ana', old)
      ana.sendBytes(wrong)
      await expectEnd(ana)
    }
    const unnamed = server.peer(4)
    unnamed.sendBytes(connectBytes({ payload: [string] }))
    await expectEnd(unnamed)
  })

  it('[MQTT-1.5.3-3] keep U+FEFF wherever it stands', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    for (const filter of ['\ufeffroom', 'room\ufeff/#']) await ana.subscribe(filter, { qos: 1 })
    for (const topic of ['room', '\ufeffroom', 'room\ufeff/1']) await say(ben, topic, 'x')
    const heard = (await ana.heard()).map((each) => each.type === 'publish' && each.topic)
    expect(heard).toEqual(['\ufeffroom', 'room\ufeff/1'])
  })

  it('[MQTT-3.12.4-1] PINGREQ is answered with PINGRESP', async () => {
    const server = await house()
    const ana = await overheard(server, 'ana', old)
    ana.takeBytes()
    ana.send({ type: 'pingreq' })
    await ana.expect('pingresp')
    expect(ana.takeBytes()).toEqual(bytes(0xd0, 0))
  })

  it('(3.14.4) DISCONNECT is the last that is handled', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await ben.subscribe('room')
    ana.sendBytes(Buffer.concat([packet(0xe0), packet(0x30, ...text('room'), 0x78)]))
    await ana.closed
    expect(await ben.messages()).toEqual([])
  })

  it('(4.8) what was said before the error is handled', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', old), await server.connect('ben', old)]
    await ben.subscribe('room')
    ana.sendBytes(Buffer.concat([packet(0x30, ...text('room'), 0x78), packet(0x00)]))
    await expectEnd(ana)
    await expectMessages(ben, 'x')
  })

  it.each([1, 2] as const)(
    '[MQTT-4.8.0-2] a message of QoS %i that can’t be taken now closes the connection',
    async (qos) => {
      const passing: Exchange = {
        publish: async () => ({ reasonCode: 0x97, passing: true }),
        subscribe: async () => ({ reasonCode: 0x87 }),
        unsubscribe: async () => false,
        resume: async () => {},
        attach: () => {},
        detach: () => {},
      }
      const server = await house({ exchange: passing })
      const ana = await server.connect('ana', old)
      ana.publish('daak/to/ben', 'x', { qos, packetId: 1 })
      await expectEnd(ana)
    },
  )
})
