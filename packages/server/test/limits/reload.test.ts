import { ReasonCode } from '@daakia/protocol/mqtt'
import { expect, it } from 'vitest'
import type { ServerLimitsOptions } from '../../src/index.js'
import { Peer, textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const peerOf = async (server: TestServer, clientId: string) => {
  const peer = new Peer(server.server.connect())
  return Object.assign(peer, { connack: await peer.connect({ clientId, username: 'ana' }) })
}

const reload = (server: TestServer, limits: ServerLimitsOptions) => server.server.reload({ limits })

it('holds for connections that are there, and takes nothing from them', async () => {
  const server = await TestServer.open()
  const ana = await peerOf(server, 'ana')
  for (const filter of ['a', 'b', 'c']) await ana.subscribe(filter)
  await reload(server, { perConnection: { subscriptions: 2, publishesPerSecond: 1 }, topicLevels: 2 })
  expect(await ana.subscribe('d')).toEqual([ReasonCode.QuotaExceeded])
  expect(await ana.subscribe('a')).toEqual([0])
  ana.publish('c', 'still heard')
  expect(textOf(await ana.expect('publish'))).toBe('still heard')
  ana.publish('x/y/z', 'too deep', { qos: 1 })
  expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.TopicNameInvalid)
  ana.publish('x', 'the last one', { qos: 1 })
  await ana.expect('puback')
  ana.publish('x', 'too fast', { qos: 1 })
  expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.QuotaExceeded)
})

it('lifts a rate without a grudge: what was published meanwhile is not made up for when it comes back', async () => {
  const server = await TestServer.open()
  await reload(server, { perConnection: { publishesPerSecond: 10 } })
  const ana = await peerOf(server, 'ana')
  const publish = async () => {
    ana.publish('x', 'hello', { qos: 1 })
    return (await ana.expect('puback')).reasonCode
  }
  await publish()
  await reload(server, {})
  for (let i = 0; i < 100; i++) await publish()
  await reload(server, { perConnection: { publishesPerSecond: 10 } })
  expect(await publish()).toBe(ReasonCode.NoMatchingSubscribers)
})

it('sends nobody home, and lets nobody in until there is room again', async () => {
  const server = await TestServer.open()
  const [one, two] = [await peerOf(server, 'one'), await peerOf(server, 'two')]
  await reload(server, { perClient: { connections: 1 } })
  expect((await peerOf(server, 'three')).connack.reasonCode).toBe(ReasonCode.QuotaExceeded)
  expect(await one.heard()).toEqual([])
  expect(await two.heard()).toEqual([])
  await reload(server, { connections: 2 })
  expect((await peerOf(server, 'four')).connack.reasonCode).toBe(ReasonCode.ServerBusy)
  await reload(server, {})
  expect((await peerOf(server, 'five')).connack.reasonCode).toBe(ReasonCode.Success)
})

it('holds a connection to what its CONNACK announced, and the next one to what that announces', async () => {
  const server = await TestServer.open({ limits: { packetSizeBytes: 1_000, receiveMaximum: 4, topicAliases: 4 } })
  const ana = await peerOf(server, 'ana')
  await reload(server, { packetSizeBytes: 200, receiveMaximum: 1, topicAliases: 0 })
  for (const packetId of [1, 2, 3, 4])
    ana.publish('x', 'x'.repeat(500), { qos: 2, packetId, properties: { topicAlias: packetId } })
  for (let i = 0; i < 4; i++) expect((await ana.expect('pubrec')).reasonCode).toBeLessThan(0x80)
  const next = await peerOf(server, 'next')
  expect(next.connack.properties).toMatchObject({ maximumPacketSize: 200, receiveMaximum: 1, topicAliasMaximum: 0 })
  next.publish('x', 'x'.repeat(500))
  expect((await next.expect('disconnect')).reasonCode).toBe(ReasonCode.PacketTooLarge)
})

it('counts for those who have not connected yet', async () => {
  const server = await TestServer.open()
  await reload(server, { unconnectedStreams: 1, connectTimeoutMs: 100 })
  const waiting = new Peer(server.server.connect())
  await new Peer(server.server.connect()).closed
  server.clock.advance(100)
  await waiting.closed
})

it('bounds the pace of connects anew', async () => {
  const server = await TestServer.open()
  await reload(server, { connectsPerSecond: 1 })
  const codes: number[] = []
  for (const name of ['one', 'two', 'three']) codes.push((await peerOf(server, name)).connack.reasonCode)
  expect(codes).toEqual([0, 0, ReasonCode.ConnectionRateExceeded])
})

it('sets what differs for a vendor, and takes it back', async () => {
  const server = await TestServer.open()
  const ana = await peerOf(server, 'ana')
  await reload(server, { vendors: { dev: { topicLevels: 1, perClient: { subscriptions: 1 } } } })
  expect(await ana.subscribe('a/b')).toEqual([ReasonCode.TopicFilterInvalid])
  expect(await ana.subscribe('a')).toEqual([0])
  expect(await ana.subscribe('b')).toEqual([ReasonCode.QuotaExceeded])
  await reload(server, {})
  expect(await ana.subscribe('a/b')).toEqual([0])
})

it('changes nothing where a limit is no limit, and names it', async () => {
  const server = await TestServer.open()
  const ana = await peerOf(server, 'ana')
  await expect(reload(server, { perConnection: { subscriptions: 0 }, topicLevels: -1 })).rejects.toThrow('topicLevels')
  await expect(reload(server, { vendors: { dev: { topicBytes: 0.5 } } })).rejects.toThrow(
    'limits.vendors.dev.topicBytes',
  )
  expect(await ana.subscribe('a/b')).toEqual([0])
})
