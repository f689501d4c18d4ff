import { ReasonCode, type Will } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { connectPacket } from '../../support/peer.js'
import { bytes, expectEnd, house, kept } from '../support.js'

const will: Will = { topic: 'gone', payload: new TextEncoder().encode('gone'), qos: 1, retain: false }

describe('3.12 PINGREQ', () => {
  it('[MQTT-3.12.4-1] is answered with PINGRESP', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    for (let i = 0; i < 3; i++) ana.send({ type: 'pingreq' })
    for (let i = 0; i < 3; i++) await ana.expect('pingresp')
  })
})

describe('3.14 DISCONNECT of the server', () => {
  it('[MQTT-3.14.0-1] comes after a CONNACK that lets the client in; before, a refusal is a CONNACK', async () => {
    const server = await house({ authentication: [() => ({ reasonCode: ReasonCode.NotAuthorized, reason: 'No.' })] })
    const refused = server.peer()
    expect(await refused.connect()).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    expect(await refused.next()).toBeUndefined()
    const malformed = server.peer()
    malformed.sendBytes(bytes(0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 0x03, 0, 0, 0, 0, 0))
    expect(await malformed.expect('connack')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
    expect(await malformed.next()).toBeUndefined()
    const rude = server.peer()
    rude.send({ type: 'pingreq' })
    expect(await rude.next()).toBeUndefined()
  })

  it('[MQTT-3.14.2-1] [MQTT-3.14.2-2] [MQTT-3.14.2-4] says why, and nothing of the session', async () => {
    const server = await house({ connectionLimits: { keepAliveSeconds: 60 } })
    const [first, silent] = [await server.connect('ana', kept), await server.connect('ben', kept)]
    await server.connect('ana', kept)
    const taken = await first.expect('disconnect')
    server.clock.advance(90_000)
    const timedOut = await silent.expect('disconnect')
    expect([taken.reasonCode, timedOut.reasonCode]).toEqual([ReasonCode.SessionTakenOver, ReasonCode.KeepAliveTimeout])
    for (const { properties } of [taken, timedOut]) expect(Object.keys(properties ?? {})).toEqual(['reasonString'])
  })

  it('[MQTT-3.14.2-3] leaves its reason out where that would make it larger than the client takes', async () => {
    const server = await house()
    const ana = await server.connect('ana', { properties: { maximumPacketSize: 25 } })
    ana.send(connectPacket())
    const { reasonCode, properties } = await ana.expect('disconnect')
    expect([reasonCode, properties ?? {}]).toEqual([ReasonCode.ProtocolError, {}])
  })

  it('[MQTT-3.14.4-1] [MQTT-3.14.4-2] is the last that it sends, and then it closes', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ana.subscribe('room', { qos: 1 })
    ana.sendBytes(bytes(0x30, 0))
    ben.publish('room', 'too late', { qos: 1 })
    await ben.heard()
    ana.send({ type: 'pingreq' })
    await expectEnd(ana, ReasonCode.MalformedPacket)
  })
})

describe('3.14 DISCONNECT of a client', () => {
  it.each([
    ['MQTT-3.14.1-1', 'header flags', bytes(0xe1, 0), ReasonCode.MalformedPacket],
    ['MQTT-3.14.2-1', 'a code that only a server gives', bytes(0xe0, 1, 0x8b), ReasonCode.ProtocolError],
    ['MQTT-3.14.2-1', 'a code that nobody knows', bytes(0xe0, 1, 0x55), ReasonCode.ProtocolError],
  ])('[%s] with %s is answered with the reason', async (_, __, packet, code) => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(packet)
    await expectEnd(ana, code)
  })

  it('(3.14.4) is the last that counts: what follows it is not handled', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
    await ben.subscribe('room')
    ana.send({ type: 'disconnect', reasonCode: 0 })
    ana.publish('room', 'too late')
    await ana.closed
    expect(await ben.messages()).toEqual([])
  })

  it('[MQTT-3.14.4-3] with 0x00 takes the will back; with any other code it is said', async () => {
    const server = await house()
    const watcher = await server.connect('watcher')
    await watcher.subscribe('gone', { qos: 0 })
    for (const [reasonCode, said] of [
      [ReasonCode.Success, []],
      [ReasonCode.DisconnectWithWill, ['gone']],
      [ReasonCode.UnspecifiedError, ['gone']],
    ] as const) {
      const ana = await server.connect('ana', { will })
      ana.send({ type: 'disconnect', reasonCode })
      await ana.closed
      // Who comes under the same name comes after the end of the one before.
      await (await server.connect('ana')).disconnect()
      expect(await watcher.messages()).toEqual(said)
    }
  })

  it('[MQTT-3.14.4-3] with 0x00 takes back the will that waits for its delay too', async () => {
    const server = await house()
    const watcher = await server.connect('watcher')
    await watcher.subscribe('gone')
    const ana = await server.connect('ana', { ...kept, will: { ...will, properties: { willDelayInterval: 10 } } })
    await ana.disconnect()
    await (await server.connect('ben')).heard()
    server.clock.advance(10_000)
    expect(await watcher.messages()).toEqual([])
  })
})
