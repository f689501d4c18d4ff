import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Authenticate } from '../../../src/connection-manager/index.js'
import type { House } from '../../support/house.js'
import { connectPacket } from '../../support/peer.js'
import { expectEnd, expectMessages, house, kept4, overheard, restarted, say, sayOnce } from '../support.js'
import { type ConnectBytes, connectBytes, flag, packet } from './wire.js'

const { clean, password, qos1, qos2, reserved, retain, username, will } = flag
const notText = Uint8Array.of(0xc3, 0x28)

/** A stream on which these bytes were sent. */
const sending = (server: House, ...packets: Uint8Array[]) => {
  const peer = server.peer(4)
  for (const each of packets) peer.sendBytes(each)
  return peer
}

const passwordIsRight: Authenticate = ({ connection, username: name, password: word }) =>
  name === undefined || new TextDecoder().decode(word) === 'right'
    ? { identity: { vendor: 'v', client: name ?? connection } }
    : { reasonCode: ReasonCode.BadUserNameOrPassword, reason: 'No.' }

describe('3.1 CONNECT of MQTT 3.1.1', () => {
  it('[MQTT-3.1.0-1] comes first: any other packet closes the connection', async () => {
    const server = await house()
    for (const first of [packet(0xc0), packet(0x30, 0, 1, 0x61), packet(0xe0)]) await expectEnd(sending(server, first))
  })

  it('[MQTT-3.1.0-2] comes once: a second one closes the connection', async () => {
    const server = await house()
    const ana = await server.connect('ana', { version: 4 })
    ana.sendBytes(connectBytes())
    await expectEnd(ana)
  })

  it.each<[clause: string, what: string, fields: ConnectBytes]>([
    ['MQTT-3.1.2-1', 'another protocol', { protocol: 'MQTS' }],
    ['MQTT-3.1.2-1', 'the name of the protocol in small letters', { protocol: 'mqtt' }],
    ['MQTT-3.1.2-3', 'the reserved flag', { flags: clean | reserved }],
    ['MQTT-3.1.2-9', 'a will flag without a will', { flags: clean | will }],
    ['MQTT-3.1.2-9', 'a will flag with a topic alone', { flags: clean | will, payload: ['ana', 'gone'] }],
    ['MQTT-3.1.2-11', 'a will without its flag', { payload: ['ana', 'gone', 'x'] }],
    ['MQTT-3.1.2-13', 'will QoS 1 without a will', { flags: clean | qos1 }],
    ['MQTT-3.1.2-13', 'will QoS 2 without a will', { flags: clean | qos2 }],
    ['MQTT-3.1.2-14', 'will QoS 3', { flags: clean | will | qos1 | qos2, payload: ['ana', 'gone', 'x'] }],
    ['MQTT-3.1.2-15', 'will retain without a will', { flags: clean | retain }],
    ['MQTT-3.1.2-18', 'a user name without its flag', { payload: ['ana', 'ana'] }],
    ['MQTT-3.1.2-19', 'the flag of a user name without one', { flags: clean | username }],
    ['MQTT-3.1.2-20', 'a password without its flag', { flags: clean | username, payload: ['ana', 'ana', 'x'] }],
    [
      'MQTT-3.1.2-21',
      'the flag of a password without one',
      { flags: clean | username | password, payload: ['ana', 'ana'] },
    ],
    ['MQTT-3.1.2-22', 'a password without a user name', { flags: clean | password, payload: ['ana', 'x'] }],
    ['MQTT-3.1.3-3', 'no client identifier', { payload: [] }],
    ['MQTT-3.1.3-4', 'a client identifier that is no UTF-8', { payload: [notText] }],
    ['MQTT-3.1.3-10', 'a will topic that is no UTF-8', { flags: clean | will, payload: ['ana', notText, 'x'] }],
    ['MQTT-3.1.3-11', 'a user name that is no UTF-8', { flags: clean | username, payload: ['ana', notText] }],
  ])('[%s] [MQTT-3.1.4-1] with %s closes the connection without a CONNACK', async (_, __, fields) => {
    const server = await house()
    await expectEnd(sending(server, connectBytes(fields)))
  })

  it.each([
    ['MQIsdp', 3],
    ['MQTT', 3],
    ['MQTT', 0],
    ['MQIsdp', 4],
    ['MQTT', 0x84],
  ])('[MQTT-3.1.2-2] of %s level %i, as of MQTT 3.1, is refused with return code 1', async (protocol, level) => {
    const server = await house()
    const ana = sending(server, connectBytes({ protocol, level }))
    expect(await ana.expect('connack')).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 1 })
    await expectEnd(ana)
  })

  it('[MQTT-3.1.3-1] has its fields in order: client identifier, will topic, will message, user name, password', async () => {
    const server = await house({ authentication: [passwordIsRight] })
    const watcher = await server.connect('watcher')
    await watcher.subscribe('gone')
    const payload = ['phone', 'gone', 'bye', 'ana', 'right']
    const ana = sending(server, connectBytes({ flags: clean | will | username | password, payload }))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: 0 })
    await ana.vanish()
    expect(await expectMessages(watcher, 'bye')).toMatchObject([{ topic: 'gone' }])
  })

  it('[MQTT-3.1.4-2] under the client identifier of a connection closes that one', async () => {
    const server = await house()
    const first = await server.connect('ana', { version: 4 })
    const second = await server.connect('ana', { version: 4 })
    await expectEnd(first)
    expect(await second.heard()).toEqual([])
  })

  it('[MQTT-3.1.4-4] that is as it should be is answered with return code 0', async () => {
    const server = await house()
    const { connack } = await server.connect('ana', { version: 4 })
    expect(connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 0 })
  })

  it('[MQTT-3.1.4-5] that is refused is the last that is handled', async () => {
    const server = await house({ authentication: [passwordIsRight] })
    const watcher = await server.connect('watcher')
    await watcher.subscribe('room')
    const payload = ['ana', 'ana', 'wrong']
    const connect = connectBytes({ flags: clean | username | password, payload })
    const ana = sending(server, Buffer.concat([connect, packet(0x30, 0, 4, ...Buffer.from('room'), 0x78)]))
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: 4 })
    await expectEnd(ana)
    expect(await watcher.messages()).toEqual([])
  })
})

describe('3.1.2.4 Clean Session', () => {
  it('[MQTT-3.1.2-4] 0 goes on with the session, or begins one that is kept', async () => {
    const server = await house()
    const first = await server.connect('ana', kept4)
    expect(first.connack.sessionPresent).toBe(false)
    await first.subscribe('room', { qos: 1 })
    await first.disconnect()
    const later = await restarted(server)
    const back = await later.connect('ana', kept4)
    expect(back.connack.sessionPresent).toBe(true)
    await say(await later.connect('ben'), 'room', 'hello')
    await expectMessages(back, 'hello')
  })

  it('[MQTT-3.1.2-5] 0 keeps what is said at QoS 1 and 2 while there is no connection', async () => {
    const server = await house()
    const first = await server.connect('ana', kept4)
    await first.subscribe('room', { qos: 2 })
    await first.disconnect()
    const ben = await server.connect('ben', { version: 4 })
    await say(ben, 'room', 'one')
    await sayOnce(ben, 'room', 'two')
    await expectMessages(await server.connect('ana', kept4), 'one', 'two')
  })

  it('[MQTT-3.1.2-6] 1 throws an earlier session away, and leaves none behind', async () => {
    const server = await house()
    const kept = await server.connect('ana', kept4)
    await kept.subscribe('room', { qos: 1 })
    await kept.vanish()
    const ben = await server.connect('ben')
    await say(ben, 'room', 'before')
    const anew = await server.connect('ana', { version: 4, cleanStart: true })
    expect(anew.connack.sessionPresent).toBe(false)
    await say(ben, 'room', 'meanwhile')
    expect(await anew.heard()).toEqual([])
    await anew.subscribe('room', { qos: 1 })
    await say(ben, 'room', 'on its way')
    await expectMessages(anew, 'on its way')
    await anew.vanish()
    const last = await server.connect('ana', kept4)
    expect(last.connack.sessionPresent).toBe(false)
    await say(ben, 'room', 'after')
    expect(await last.heard()).toEqual([])
  })

  it('[MQTT-3.1.2-7] 1 leaves retained messages where they are', async () => {
    const server = await house()
    const lamp = await server.connect('lamp', { version: 4 })
    await say(lamp, 'lamp', 'on', { retain: true })
    await lamp.disconnect()
    const ana = await server.connect('ana', { version: 4 })
    await ana.subscribe('lamp')
    await expectMessages(ana, 'on')
  })

  it('[MQTT-3.1.3-2] and the client identifier say whose session it is', async () => {
    const server = await house()
    const phone = await server.connect('phone', { ...kept4, username: 'ana' })
    await phone.subscribe('room', { qos: 1 })
    await phone.disconnect()
    const laptop = await server.connect('laptop', { ...kept4, username: 'ana' })
    expect(laptop.connack.sessionPresent).toBe(false)
    const back = await server.connect('phone', { ...kept4, username: 'ana' })
    expect(back.connack.sessionPresent).toBe(true)
  })
})

describe('3.1.2.5 The will', () => {
  const bye = { topic: 'gone', payload: new TextEncoder().encode('bye'), qos: 1, retain: false } as const

  const watched = async () => {
    const server = await house()
    const watcher = await server.connect('watcher', { version: 4 })
    await watcher.subscribe('gone', { qos: 0 })
    return { server, watcher }
  }

  it('[MQTT-3.1.2-8] is said when the connection ends without a DISCONNECT, however it ends', async () => {
    const { server, watcher } = await watched()
    const broken = await server.connect('ana', { version: 4, will: bye })
    await broken.vanish()
    await expectMessages(watcher, 'bye')
    const rude = await server.connect('ana', { version: 4, will: bye })
    rude.sendBytes(packet(0x00))
    await expectMessages(watcher, 'bye')
    await server.connect('ana', { version: 4, will: bye, keepAlive: 10 })
    server.clock.advance(15_000)
    await expectMessages(watcher, 'bye')
  })

  it('[MQTT-3.1.2-8] is not kept where the CONNECT was refused', async () => {
    const { server, watcher } = await watched()
    const ana = server.peer(4)
    expect(await ana.connect({ clientId: 'a b', will: bye })).toMatchObject({ reasonCode: 2 })
    await ana.closed
    expect(await watcher.messages()).toEqual([])
  })

  it('[MQTT-3.1.2-10] [MQTT-3.14.4-3] is gone once it was said, and with a DISCONNECT', async () => {
    const { server, watcher } = await watched()
    const first = await server.connect('ana', { ...kept4, will: bye })
    await first.vanish()
    await expectMessages(watcher, 'bye')
    await (await server.connect('ana', kept4)).vanish()
    await (await server.connect('ana', { ...kept4, will: bye })).disconnect()
    await (await server.connect('ana', kept4)).heard()
    expect(await watcher.messages()).toEqual([])
  })

  it('[MQTT-3.1.2-12] is not said where there is none', async () => {
    const { server, watcher } = await watched()
    await (await server.connect('ana', { version: 4 })).vanish()
    await (await server.connect('ana', { version: 4 })).heard()
    expect(await watcher.messages()).toEqual([])
  })

  it.each([
    ['MQTT-3.1.2-16', false],
    ['MQTT-3.1.2-17', true],
  ])('[%s] is retained where it says so: %s', async (_, retained) => {
    const { server, watcher } = await watched()
    const ana = await server.connect('ana', { version: 4, will: { ...bye, retain: retained } })
    await ana.vanish()
    await expectMessages(watcher, 'bye')
    const late = await server.connect('late', { version: 4 })
    await late.subscribe('gone')
    expect(await late.messages()).toEqual(retained ? ['bye'] : [])
  })

  it.each([0, 1, 2] as const)('[MQTT-3.1.2-14] is said with its QoS, such as %i', async (qos) => {
    const { server, watcher } = await watched()
    await watcher.subscribe('gone', { qos: 2 })
    await (await server.connect('ana', { version: 4, will: { ...bye, qos } })).vanish()
    expect(await expectMessages(watcher, 'bye')).toMatchObject([{ qos }])
  })
})

describe('3.1.2.10 Keep Alive', () => {
  it('[MQTT-3.1.2-24] closes the connection after one and a half times as long without a packet', async () => {
    const server = await house()
    const ana = await server.connect('ana', { version: 4, keepAlive: 10 })
    server.clock.advance(14_999)
    expect(await ana.heard()).toEqual([])
    server.clock.advance(15_000)
    await expectEnd(ana)
  })
})

describe('3.1.3.1 Client identifiers', () => {
  it.each(['a', '0', 'zZ9', '0123456789abcdefghijklm', 'nopqrstuvwxyzABCDEFGHIJ', 'KLMNOPQRSTUVWXYZ'])(
    '[MQTT-3.1.3-5] such as %s are taken',
    async (clientId) => {
      const server = await house()
      expect((await server.connect(clientId, { version: 4 })).connack.reasonCode).toBe(0)
    },
  )

  it('[MQTT-3.1.3-6] of no characters are replaced by one that nobody else has', async () => {
    const server = await house()
    const fields = { version: 4, username: 'ana' } as const
    const [one, two] = [await server.connect('', fields), await server.connect('', fields)]
    await one.subscribe('room')
    await say(two, 'room', 'hello')
    await expectMessages(one, 'hello')
    expect(await two.heard()).toEqual([])
  })

  it('[MQTT-3.1.3-7] [MQTT-3.1.3-8] of no characters with Clean Session 0 are refused with return code 2', async () => {
    const server = await house()
    const ana = sending(server, connectBytes({ flags: 0, payload: [''] }))
    expect(await ana.expect('connack')).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 2 })
    await expectEnd(ana)
  })

  it('[MQTT-3.1.3-9] that the server does not take are refused with return code 2', async () => {
    const server = await house({ connectionLimits: { clientIdLength: 30 } })
    for (const clientId of ['a'.repeat(31), 'no name']) {
      const ana = server.peer(4)
      expect(await ana.connect({ clientId })).toMatchObject({ sessionPresent: false, reasonCode: 2 })
      await expectEnd(ana)
    }
  })
})

describe('3.2 CONNACK of MQTT 3.1.1', () => {
  it('[MQTT-3.2.0-1] is the first packet, though messages wait', async () => {
    const server = await house()
    const first = await server.connect('ana', kept4)
    await first.subscribe('room', { qos: 1 })
    await first.disconnect()
    await say(await server.connect('ben'), 'room', 'waits')
    const back = server.peer(4)
    back.send(connectPacket({ ...kept4, clientId: 'ana' }))
    await back.expect('connack')
    await expectMessages(back, 'waits')
  })

  it('[MQTT-3.2.2-1] [MQTT-3.2.2-2] [MQTT-3.2.2-3] says whether the server had kept the session', async () => {
    const server = await house()
    const present: boolean[] = []
    for (const cleanStart of [false, false, true, false, false]) {
      const ana = await server.connect('ana', { version: 4, cleanStart })
      present.push(ana.connack.sessionPresent)
      await ana.vanish()
    }
    expect(present).toEqual([false, true, false, false, true])
  })

  it.each([
    [1, 'an unacceptable version', ReasonCode.UnsupportedProtocolVersion],
    [2, 'a client identifier that is refused', ReasonCode.ClientIdentifierNotValid],
    [3, 'a server that is not available', ReasonCode.ServerUnavailable],
    [3, 'a server that is busy', ReasonCode.ServerBusy],
    [4, 'a bad user name or password', ReasonCode.BadUserNameOrPassword],
    [5, 'a client that is not authorized', ReasonCode.NotAuthorized],
    [5, 'a client that is banned', ReasonCode.Banned],
  ])(
    '[MQTT-3.2.2-4] [MQTT-3.2.2-5] says %i for %s, and nothing of a session; then it closes',
    async (code, _, reasonCode) => {
      let refusing = false
      const server = await house({
        authentication: [
          ({ connection }) =>
            refusing ? { reasonCode, reason: 'No.' } : { identity: { vendor: 'v', client: connection } },
        ],
      })
      await (await server.connect('ana', kept4)).disconnect()
      refusing = true
      const ana = await overheard(server, 'ana', kept4)
      expect(Array.from(ana.takeBytes())).toEqual([0x20, 2, 0, code])
      await expectEnd(ana)
    },
  )

  it('[MQTT-3.2.2-6] is not sent where no return code says why', async () => {
    const server = await house({
      authentication: [() => ({ reasonCode: ReasonCode.UseAnotherServer, reason: 'Elsewhere.' })],
    })
    const ana = server.peer(4)
    ana.send(connectPacket({ version: 4 }))
    await expectEnd(ana)
  })
})
