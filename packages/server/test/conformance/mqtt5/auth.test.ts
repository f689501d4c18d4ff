import { type AuthPacket, type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Authentication, Authenticator } from '../../../src/connection-manager/index.js'
import type { House, HouseOptions } from '../../support/house.js'
import { connectPacket, type Peer } from '../../support/peer.js'
import { bytes, expectEnd, expectMessages, house, say } from '../support.js'

const { ContinueAuthentication, ReAuthenticate, Success } = ReasonCode

const method = 'riddles'
const dataOf = (text: string) => new TextEncoder().encode(text)
const textOf = ({ properties }: Packet & { properties?: AuthPacket['properties'] }) =>
  new TextDecoder().decode(properties?.authenticationData)

/** Asks two riddles; who answers both is whoever the second answer says, for as many seconds as the first one says. */
const riddles = (clock: () => number): Authenticator => ({
  name: 'riddles',
  methods: [method],
  authenticate: ({ method: asked, data }) =>
    asked === undefined
      ? undefined
      : ask(`first, ${new TextDecoder().decode(data)}`, (seconds) => second(seconds, clock)),
})

const ask = (riddle: string, next: (answer: string) => Authentication): Authentication => ({
  data: dataOf(riddle),
  next: (data) => next(new TextDecoder().decode(data)),
})

const second = (seconds: string, clock: () => number): Authentication =>
  seconds === 'wrong'
    ? { reasonCode: ReasonCode.BadUserNameOrPassword, reason: 'That is not the answer.' }
    : ask('second', (client) => ({
        identity: { vendor: 'v', client },
        data: dataOf(`welcome, ${client}`),
        ...(Number(seconds) > 0 && { expiresAt: clock() + Number(seconds) * 1000 }),
      }))

const riddleHouse = async (options: HouseOptions = {}): Promise<House> => {
  const server = await house({
    ...options,
    authentication: [
      riddles(() => server.clock.now()),
      // It is not asked about who names a method.
      ({ connection }) => ({ identity: { vendor: 'v', client: connection } }),
    ],
  })
  return server
}

const begin = (server: House, data = 'ana'): Peer => {
  const peer = server.peer()
  peer.send(connectPacket({ properties: { authenticationMethod: method, authenticationData: dataOf(data) } }))
  return peer
}

const answer = (peer: Peer, text: string, reasonCode: number = ContinueAuthentication, by = method): void =>
  peer.send({ type: 'auth', reasonCode, properties: { authenticationMethod: by, authenticationData: dataOf(text) } })

/** A client that has answered both riddles. */
const welcome = async (server: House, seconds = 'for ever'): Promise<Peer> => {
  const ana = begin(server)
  for (const text of [seconds, 'ana']) {
    await ana.expect('auth')
    answer(ana, text)
  }
  expect(await ana.expect('connack')).toMatchObject({ reasonCode: Success })
  return ana
}

/** Answers both riddles of a re-authentication. */
const showAgain = async (ana: Peer, seconds: string, client: string): Promise<void> => {
  answer(ana, 'again', ReAuthenticate)
  for (const text of [seconds, client]) {
    await ana.expect('auth')
    answer(ana, text)
  }
}

describe('4.12 Enhanced authentication', () => {
  it('[MQTT-4.12.0-1] by a method that the server does not know is refused with 0x8C', async () => {
    const server = await riddleHouse()
    const ana = server.peer()
    const connack = await ana.connect({ properties: { authenticationMethod: 'charades' } })
    expect(connack).toMatchObject({ reasonCode: ReasonCode.BadAuthenticationMethod })
    await expectEnd(ana)
  })

  it('[MQTT-4.12.0-2] [MQTT-4.12.0-5] asks with AUTH 0x18 and ends with CONNACK, each with the method', async () => {
    const server = await riddleHouse()
    const ana = begin(server)
    const first = await ana.expect('auth')
    answer(ana, 'for ever')
    const next = await ana.expect('auth')
    answer(ana, 'ana')
    const connack = await ana.expect('connack')
    expect([first.reasonCode, next.reasonCode]).toEqual([ContinueAuthentication, ContinueAuthentication])
    expect([textOf(first), textOf(next), textOf(connack)]).toEqual(['first, ana', 'second', 'welcome, ana'])
    for (const { properties } of [first, next, connack]) expect(properties?.authenticationMethod).toBe(method)
  })

  it.each([
    ['MQTT-4.12.0-3', 'of a re-authentication', { reasonCode: ReAuthenticate }, ReasonCode.ProtocolError],
    ['MQTT-4.12.0-5', 'with another method', { by: 'charades' }, ReasonCode.BadAuthenticationMethod],
  ] as const)('[%s] refuses an AUTH %s before CONNACK', async (_, __, { reasonCode, by }: AuthFields, code) => {
    const server = await riddleHouse()
    const ana = begin(server)
    await ana.expect('auth')
    answer(ana, 'for ever', reasonCode, by)
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: code })
    await expectEnd(ana)
  })

  it('[MQTT-4.12.0-4] may be refused at any step, with a CONNACK that has its reason', async () => {
    const server = await riddleHouse()
    const ana = begin(server)
    await ana.expect('auth')
    answer(ana, 'wrong')
    expect(await ana.expect('connack')).toMatchObject({
      reasonCode: ReasonCode.BadUserNameOrPassword,
      properties: { reasonString: 'That is not the answer.' },
    })
    await expectEnd(ana)
  })

  it('(4.12) refuses any other packet before CONNACK, and handles none of it', async () => {
    const server = await riddleHouse()
    const ben = await server.connect('ben')
    await ben.subscribe('room')
    const ana = begin(server)
    await ana.expect('auth')
    ana.publish('room', 'early')
    expect(await ana.expect('connack')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await expectEnd(ana)
    expect(await ben.messages()).toEqual([])
  })

  it('(4.12) lets a client leave before CONNACK, and says nothing to it', async () => {
    const server = await riddleHouse()
    const ana = begin(server)
    await ana.expect('auth')
    ana.send({ type: 'disconnect', reasonCode: 0 })
    await expectEnd(ana)
  })

  it('(4.12) waits for an answer as long as for a CONNECT', async () => {
    const server = await riddleHouse({ connectionLimits: { connectTimeoutMs: 5_000 } })
    const ana = begin(server)
    await ana.expect('auth')
    server.clock.advance(5_000)
    await expectEnd(ana)
  })

  it('[MQTT-4.12.0-6] sends no AUTH to a client without a method, and no method in its CONNACK', async () => {
    const server = await riddleHouse()
    const { connack } = await server.connect('ana')
    expect(connack.reasonCode).toBe(Success)
    expect(connack.properties?.authenticationMethod).toBeUndefined()
    expect(connack.properties?.authenticationData).toBeUndefined()
  })

  it('[MQTT-4.12.0-6] refuses such a client where a challenge is all that an authenticator has', async () => {
    const server = await house({
      authentication: [() => ask('who are you?', () => ask('really?', () => ask('', never)))],
    })
    const ana = server.peer()
    expect(await ana.connect()).toMatchObject({ reasonCode: ReasonCode.ServerUnavailable })
    await expectEnd(ana)
  })

  it('[MQTT-4.12.0-7] ends the connection of a client that sends AUTH without a method in CONNECT', async () => {
    const server = await riddleHouse()
    const ana = await server.connect('ana')
    answer(ana, 'hello', ReAuthenticate)
    await expectEnd(ana, ReasonCode.ProtocolError)
  })
})

interface AuthFields {
  reasonCode?: number
  by?: string
}

const never = (): Authentication => ({ reasonCode: ReasonCode.NotAuthorized, reason: 'Never.' })

describe('4.12.1 Re-authentication', () => {
  it('[MQTT-4.12.1-1] goes on beside everything else, and ends with AUTH 0x00', async () => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    await ana.subscribe('room', { qos: 1 })
    answer(ana, 'again', ReAuthenticate)
    expect(textOf(await ana.expect('auth'))).toBe('first, again')
    await say(await server.connect('ben'), 'room', 'meanwhile')
    await expectMessages(ana, 'meanwhile')
    answer(ana, 'for ever')
    await ana.expect('auth')
    answer(ana, 'ana')
    expect(await ana.expect('auth')).toMatchObject({
      reasonCode: Success,
      properties: { authenticationMethod: method, authenticationData: dataOf('welcome, ana') },
    })
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-4.12.1-1] by another method than that of CONNECT ends the connection', async () => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    answer(ana, 'again', ReAuthenticate, 'charades')
    await expectEnd(ana, ReasonCode.BadAuthenticationMethod)
  })

  it('[MQTT-4.12.1-2] that fails ends the connection with DISCONNECT', async () => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    answer(ana, 'again', ReAuthenticate)
    await ana.expect('auth')
    answer(ana, 'wrong')
    // 0x86 is no code of DISCONNECT.
    await expectEnd(ana, ReasonCode.NotAuthorized)
  })

  it('as another client ends the connection', async () => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    await showAgain(ana, 'for ever', 'ben')
    await expectEnd(ana, ReasonCode.NotAuthorized)
  })

  it('that takes too long ends the connection', async () => {
    const server = await riddleHouse({ connectionLimits: { connectTimeoutMs: 5_000 } })
    const ana = await welcome(server)
    answer(ana, 'again', ReAuthenticate)
    await ana.expect('auth')
    server.clock.advance(5_000)
    await expectEnd(ana, ReasonCode.NotAuthorized)
  })

  it('makes credentials last that would expire; without it the connection ends when they do', async () => {
    const server = await riddleHouse()
    const ana = await welcome(server, '60')
    server.clock.advance(50_000)
    await showAgain(ana, '60', 'ana')
    await ana.expect('auth')
    server.clock.advance(59_999)
    expect(await ana.heard()).toEqual([])
    server.clock.advance(1)
    await expectEnd(ana, ReasonCode.MaximumConnectTime)
  })

  it.each([
    ['a second one while one is under way', ReAuthenticate],
    ['an answer that nobody asked for', ContinueAuthentication],
  ])('refuses %s', async (_, reasonCode) => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    if (reasonCode === ReAuthenticate) {
      answer(ana, 'again', ReAuthenticate)
      await ana.expect('auth')
    }
    answer(ana, 'and again', reasonCode)
    await expectEnd(ana, ReasonCode.ProtocolError)
  })
})

describe('3.15 AUTH', () => {
  it.each([
    ['MQTT-3.15.1-1', 'header flags', bytes(0xf1, 0), ReasonCode.MalformedPacket],
    ['MQTT-3.15.2-1', 'a code of another packet', authBytes(0x10), ReasonCode.ProtocolError],
    ['MQTT-3.15.2-1', 'the code of success, which is the server’s', authBytes(0x00), ReasonCode.ProtocolError],
    ['3.15.2.2.2', 'no method', bytes(0xf0, 2, 0x19, 0), ReasonCode.ProtocolError],
  ])('[%s] with %s ends the connection', async (_, __, packet, code) => {
    const server = await riddleHouse()
    const ana = await welcome(server)
    ana.sendBytes(packet)
    await expectEnd(ana, code)
  })

  it('[MQTT-3.15.2-2] [MQTT-3.15.2-3] of the server has a method and data, and explains nothing', async () => {
    const server = await riddleHouse()
    const ana = begin(server)
    const { properties = {} } = await ana.expect('auth')
    expect(Object.keys(properties).sort()).toEqual(['authenticationData', 'authenticationMethod'])
  })

  it('of MQTT 3.1.1 ends the connection', async () => {
    const server = await riddleHouse()
    const ana = await server.connect('ana', { version: 4 })
    ana.sendBytes(bytes(0xf0, 0))
    await expectEnd(ana)
  })
})

/** An AUTH with this code and the right method. */
function authBytes(reasonCode: number): Uint8Array {
  return bytes(0xf0, 12, reasonCode, 10, 0x15, 0, method.length, ...dataOf(method))
}
