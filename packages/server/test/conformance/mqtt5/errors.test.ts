import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { connectPacket } from '../../support/peer.js'
import { bytes, expectEnd, house } from '../support.js'

const { MalformedPacket, ProtocolError, PacketTooLarge, TopicAliasInvalid } = ReasonCode

describe('4.13 Handling errors', () => {
  it.each([
    ['a packet of no type', bytes(0x00, 0), MalformedPacket],
    ['a length of five bytes', bytes(0x30, 0x80, 0x80, 0x80, 0x80, 1), MalformedPacket],
    ['a packet that ends too early', bytes(0x82, 2, 0, 1), MalformedPacket],
    ['a packet that ends too late', bytes(0xc0, 1, 0), MalformedPacket],
    ['a packet that only a server sends', bytes(0xd0, 0), ProtocolError],
    ['a property twice', bytes(0x30, 10, 0, 1, 0x61, 6, 0x23, 0, 1, 0x23, 0, 1), ProtocolError],
    ['a topic alias of 0', bytes(0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 0), TopicAliasInvalid],
    ['a packet beyond the maximum', bytes(0x30, 0xff, 0xff, 0xff, 0x7f), PacketTooLarge],
  ])('[MQTT-4.13.1-1] %s ends the connection with its reason code', async (_, packet, code) => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(packet)
    await expectEnd(ana, code)
  })

  it('[MQTT-4.13.1-1] nothing that follows the error is handled, what came before it is', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ben.subscribe('room')
    ana.publish('room', 'before')
    ana.sendBytes(bytes(0x00, 0))
    ana.publish('room', 'after')
    await expectEnd(ana, MalformedPacket)
    expect(await ben.messages()).toEqual(['before'])
  })

  it('[MQTT-4.13.2-1] a CONNACK or DISCONNECT of 0x80 and above closes the connection', async () => {
    const server = await house()
    const refused = server.peer()
    expect(await refused.connect({ clientId: 'no name' })).toMatchObject({
      reasonCode: ReasonCode.ClientIdentifierNotValid,
    })
    await expectEnd(refused)
    const ana = await server.connect('ana')
    ana.send(connectPacket())
    await expectEnd(ana, ProtocolError)
  })

  it('[MQTT-4.13.2-1] the connection is closed too where the packet that says so is larger than the client takes', async () => {
    const server = await house()
    const ana = server.peer()
    ana.send(connectPacket({ properties: { maximumPacketSize: 4 } }))
    await expectEnd(ana)
  })
})
