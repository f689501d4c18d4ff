import { encode, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { openHouse } from '../support/house.js'
import { connectPacket, Peer } from '../support/peer.js'
import { streamFrom } from '../support/stream-from.js'

/** Where they are in a CONNECT (3.1.2). */
const protocolLevel = 8
const connectFlags = 9

describe('a CONNECT', () => {
  it('is answered with what the server takes', async () => {
    const house = await openHouse()
    const { connack } = await house.connect('ana')
    expect(connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
    expect(connack.properties).toMatchObject({
      maximumPacketSize: 256 * 1024,
      receiveMaximum: 1024,
      topicAliasMaximum: 32,
      serverKeepAlive: 3600,
    })
    await house.close()
  })

  it('without a client identifier is given one', async () => {
    const house = await openHouse()
    const { connack } = await house.connect('', { username: 'ana' })
    expect(connack.properties?.assignedClientIdentifier).toMatch(/^[0-9a-z]{20,}$/)
    const old = await house.connect('', { version: 4, username: 'ana' })
    expect(old.connack.reasonCode).toBe(0)
    await house.close()
  })

  it('of MQTT 3.1.1 without a client identifier can’t have a session kept', async () => {
    const house = await openHouse()
    const old = house.peer(4)
    const bytes = encode(connectPacket({ version: 4, clientId: '' }), 4)
    bytes[connectFlags] = 0
    old.sendBytes(bytes)
    expect(await old.expect('connack')).toMatchObject({ reasonCode: 2 })
    await old.closed
    await house.close()
  })

  it('is told where answers come, where it asks', async () => {
    const house = await openHouse()
    const { connack } = await house.connect('a/phone', {
      username: 'ana',
      properties: { requestResponseInformation: true },
    })
    expect(connack.properties?.responseInformation).toBe('daak/replies/ana/a%2Fphone')
    await house.close()
  })

  it('has to come in time', async () => {
    const house = await openHouse()
    const silent = house.peer()
    const half = house.peer()
    half.sendBytes(encode(connectPacket(), 5).subarray(0, 5))
    house.clock.advance(5_000)
    await silent.closed
    await half.closed
    await house.close()
  })

  it('has to come first', async () => {
    const house = await openHouse()
    const rude = house.peer()
    rude.publish('room', 'hello')
    expect(await rude.next()).toBeUndefined()
    await house.close()
  })

  it('can’t come twice', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    ana.send(connectPacket())
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await ana.closed
    await house.close()
  })

  it('of another version is refused in words that MQTT 3.1.1 understands', async () => {
    const house = await openHouse()
    const old = house.peer(4)
    const bytes = encode(connectPacket({ version: 4 }), 4)
    bytes[protocolLevel] = 3
    old.sendBytes(bytes)
    expect(await old.expect('connack')).toMatchObject({ reasonCode: 1 })
    await old.closed
    await house.close()
  })

  it('with an authentication method is refused with 0x8C', async () => {
    const house = await openHouse()
    const ana = house.peer()
    const connack = await ana.connect({ properties: { authenticationMethod: 'SCRAM' } })
    expect(connack.reasonCode).toBe(ReasonCode.BadAuthenticationMethod)
    await house.close()
  })

  it('beyond the number of connections is told that the server is busy', async () => {
    const house = await openHouse({ connectionLimits: { connections: 1 } })
    const ana = await house.connect('ana')
    const ben = house.peer()
    expect(await ben.connect({ clientId: 'ben' })).toMatchObject({ reasonCode: ReasonCode.ServerBusy })
    await ben.closed
    await ana.disconnect()
    // The place is free as soon as the session has ended, which the client does not see.
    let connack = await house.peer().connect()
    while (connack.reasonCode === ReasonCode.ServerBusy) connack = await house.peer().connect()
    expect(connack.reasonCode).toBe(0)
    await house.close()
  })

  it('may be followed by packets at once, which are handled after it', async () => {
    const house = await openHouse()
    const ana = house.peer()
    ana.send(connectPacket())
    ana.publish('room', 'early', { qos: 1 })
    await ana.expect('connack')
    await ana.expect('puback')
    await house.close()
  })
})

describe('who comes in', () => {
  it('is decided by the authenticator, whose reason the client is told', async () => {
    const house = await openHouse({
      authentication: [
        async ({ username }) =>
          username === 'ana'
            ? { identity: { vendor: 'v', client: 'ana' } }
            : { reasonCode: ReasonCode.BadUserNameOrPassword, reason: 'Who are you?' },
      ],
    })
    expect((await house.connect('x', { username: 'ana' })).connack.reasonCode).toBe(0)
    const ben = house.peer()
    expect(await ben.connect({ username: 'ben' })).toMatchObject({
      reasonCode: ReasonCode.BadUserNameOrPassword,
      properties: { reasonString: 'Who are you?' },
    })
    const old = house.peer(4)
    expect(await old.connect({ username: 'ben' })).toMatchObject({ reasonCode: 4 })
    await house.close()
  })

  it('is told to come again where the authenticator fails', async () => {
    const house = await openHouse({ authentication: [() => Promise.reject(new Error('down'))] })
    const ana = house.peer()
    expect(await ana.connect()).toMatchObject({ reasonCode: ReasonCode.ServerUnavailable })
    await ana.closed
    await house.close()
  })

  it('is, for development, everybody on this machine, by user name or else by client identifier', async () => {
    const house = await openHouse()
    const here = await house.connect('phone', { username: 'ana', properties: { requestResponseInformation: true } })
    expect(here.connack.properties?.responseInformation).toBe('daak/replies/ana/phone')
    const named = await house.connect('ben', { properties: { requestResponseInformation: true } })
    expect(named.connack.properties?.responseInformation).toBe('daak/replies/ben/ben')
    const wrong = house.peer()
    expect(await wrong.connect({ username: 'a~b' })).toMatchObject({ reasonCode: ReasonCode.BadUserNameOrPassword })
    const unnamed = house.peer()
    expect(await unnamed.connect({ clientId: 'a b' })).toMatchObject({
      reasonCode: ReasonCode.ClientIdentifierNotValid,
    })
    await house.close()
  })

  it('is, for development, the vendor itself where the client is operator', async () => {
    const roles: unknown[] = []
    const house = await openHouse({
      authorize: ({ role }) => {
        roles.push(role)
        return true
      },
    })
    for (const username of ['operator', 'ana']) {
      const client = await house.connect(`${username}-1`, { username })
      await client.subscribe('plain/topic')
    }
    expect(roles).toEqual(['vendor', undefined])
    await house.close()
  })

  it.each([
    ['a stranger', { address: '203.0.113.7', loopback: false }],
    ['a page of another site', web('https://evil.example', 'localhost:8080')],
    ['a page that pointed its own name at this machine', web('http://evil.example:8080', 'evil.example:8080')],
    ['a page without an origin that names another host', web(undefined, 'evil.example')],
  ])('is, for development, not %s', async (_, remote) => {
    const house = await openHouse()
    const [near, far] = streamFrom(remote)
    house.accept(far)
    expect(await new Peer(near).connect()).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    await house.close()
  })

  it.each([
    ['a page of this machine', web('http://localhost:5173', '127.0.0.1:8080')],
    ['a program that speaks WebSocket', web(undefined, '[::1]:8080')],
  ])('is, for development, %s', async (_, remote) => {
    const house = await openHouse()
    const [near, far] = streamFrom(remote)
    house.accept(far)
    expect(await new Peer(near).connect()).toMatchObject({ reasonCode: 0 })
    await house.close()
  })
})

function web(origin: string | undefined, host: string) {
  return { address: '127.0.0.1', loopback: true, web: { host, ...(origin !== undefined && { origin }) } }
}
