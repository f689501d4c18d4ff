import type { Packet, PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../support/house.js'
import { type Peer, textOf } from '../support/peer.js'
import { house, of } from './support.js'

const vendor = 'acme'
const inflight = (opened: House) => opened.accounts.usage(vendor).inflight

const acknowledge = (peer: Peer, { packetId = 0 }: PublishPacket): void =>
  peer.send({ type: 'puback', packetId, reasonCode: 0 })

const publishesOf = (packets: readonly Packet[]): PublishPacket[] =>
  packets.flatMap((packet) => (packet.type === 'publish' ? [packet] : []))

const subscriber = async (opened: House, name: string, client: string, sessionExpiryInterval: number) => {
  const peer = await opened.connect(name, { ...of(vendor, client), properties: { sessionExpiryInterval } })
  await peer.subscribe(name, { qos: 1 })
  return peer
}

/** Says one, two, three … to a subscriber, from another vendor's side of the house. */
const tell = async (opened: House, name: string, ...texts: readonly string[]): Promise<void> => {
  const writer = await opened.connect(`writer-${name}`, of(vendor, 'writer'))
  for (const [i, text] of texts.entries()) {
    writer.publish(name, text, { qos: 1, packetId: i + 1 })
    await writer.expect('puback')
  }
  await writer.disconnect()
}

describe.each([
  ['in memory', 0],
  ['in the store', 60],
])('messages on their way, of a session %s', (_, sessionExpiryInterval) => {
  it('are as many as a connection may have, whatever larger Receive Maximum it announces', async () => {
    const opened = await house({ accountLimits: { perConnection: { inflight: 2 } } })
    const ana = await subscriber(opened, 'ana', 'ana', sessionExpiryInterval)
    await tell(opened, 'ana', 'one', 'two', 'three')
    const [one, two, ...more] = publishesOf(await ana.heard())
    expect([one, two].map((packet) => packet && textOf(packet))).toEqual(['one', 'two'])
    expect(more).toEqual([])
    expect(inflight(opened)).toBe(2)
    if (one) acknowledge(ana, one)
    expect(textOf(await ana.expect('publish'))).toBe('three')
    expect(opened.counters.limits.get('connection inflight')).toBeGreaterThan(0)
  })

  it.each([
    ['client', { perClient: { inflight: 2 } }, 'ana'],
    ['vendor', { perVendor: { inflight: 2 } }, 'ben'],
  ])(
    'are as many as a %s may have, and go on when another of its connections has read',
    async (scope, accountLimits, client) => {
      const opened = await house({ accountLimits })
      const one = await subscriber(opened, 'one', 'ana', sessionExpiryInterval)
      const two = await subscriber(opened, 'two', client, sessionExpiryInterval)
      await tell(opened, 'one', 'a', 'b', 'c')
      const ofOne = [await one.expect('publish'), await one.expect('publish')]
      await tell(opened, 'two', 'd', 'e')
      // Each connection may have one, so that none waits for others alone.
      acknowledge(two, await two.expect('publish'))
      expect(textOf(await two.expect('publish'))).toBe('e')
      await tell(opened, 'two', 'f')
      expect(await two.messages()).toEqual([])
      for (const packet of ofOne) acknowledge(one, packet)
      expect(textOf(await one.expect('publish'))).toBe('c')
      expect(opened.counters.limits.get(`${scope} inflight`)).toBeGreaterThan(0)
    },
  )

  it('are given back by who goes', async () => {
    const opened = await house()
    const ana = await subscriber(opened, 'ana', 'ana', sessionExpiryInterval)
    await tell(opened, 'ana', 'one', 'two')
    for (let i = 0; i < 2; i++) await ana.expect('publish')
    expect(inflight(opened)).toBe(2)
    await ana.vanish()
    const ben = await opened.connect('ben', of(vendor, 'ben'))
    await ben.heard()
    expect(inflight(opened)).toBe(0)
  })
})

it('takes a higher limit from a reload on at once', async () => {
  const limits = { perClient: { inflight: 1 } }
  const opened = await house({ accountLimits: limits })
  const one = await subscriber(opened, 'one', 'ana', 0)
  await tell(opened, 'one', 'a', 'b')
  expect(await one.messages()).toEqual(['a'])
  opened.limits.perClient.inflight = 2
  opened.accounts.refresh()
  expect(textOf(await one.expect('publish'))).toBe('b')
})
