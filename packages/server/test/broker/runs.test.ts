import { encode, type ProtocolVersion } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import { type Peer, type PublishFields, publishPacket, textOf } from '../support/peer.js'

const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `message ${i}`)

/** Publishes that lie one behind another, as a busy client sends them. */
const together = (
  topic: string,
  payloads: readonly string[],
  version: ProtocolVersion = 5,
  fields: PublishFields = {},
) => Buffer.concat(payloads.map((payload) => encode(publishPacket(topic, payload, fields), version)))

const publishTogether = async (sender: Peer, payloads: readonly string[], topic = 'run'): Promise<void> => {
  sender.sendBytes(together(topic, payloads, sender.version))
  await sender.heard()
}

const subscriber = async (house: House, name: string, ...rest: Parameters<Peer['subscribe']>): Promise<Peer> => {
  const client = await house.connect(name)
  await client.subscribe(...rest)
  return client
}

describe('publishes of QoS 0 that come together', () => {
  it('reach each receiver in order, wherever they are cut', async () => {
    const house = await openHouse()
    const receivers = [await subscriber(house, 'exact', 'run'), await subscriber(house, 'wild', '#')]
    const sender = await house.connect('sender')
    const bytes = together('run', texts(5))
    for (let cut = 0; cut <= bytes.length; cut++) {
      sender.sendBytes(bytes.slice(0, cut))
      sender.sendBytes(bytes.slice(cut))
      await sender.heard()
      for (const receiver of receivers) expect(await receiver.messages()).toEqual(texts(5))
    }
    await house.close()
  })

  it('keep their order over topics, and before and after other packets', async () => {
    const house = await openHouse()
    const receiver = await subscriber(house, 'receiver', '#', { qos: 1 })
    const sender = await house.connect('sender')
    const acknowledged = encode(publishPacket('a', 'c', { qos: 1, packetId: 7 }), 5)
    sender.sendBytes(
      Buffer.concat([together('a', ['a', 'b']), acknowledged, together('b', ['d']), together('a', ['e'])]),
    )
    await sender.heard()
    expect(await receiver.messages()).toEqual(['a', 'b', 'c', 'd', 'e'])
    await house.close()
  })

  it('reach clients of the other version in its form', async () => {
    const house = await openHouse()
    const versions = [4, 5] as const
    const receivers = await Promise.all(versions.map((version) => house.connect(`receiver-${version}`, { version })))
    for (const receiver of receivers) await receiver.subscribe('run')
    for (const version of versions)
      await publishTogether(await house.connect(`sender-${version}`, { version }), texts(3))
    for (const receiver of receivers) expect(await receiver.messages()).toEqual([...texts(3), ...texts(3)])
    await house.close()
  })

  it('carry the identifiers of a subscription', async () => {
    const house = await openHouse()
    const receiver = await subscriber(house, 'receiver', 'run', { identifier: 9 })
    await publishTogether(await house.connect('sender'), texts(2))
    const packets = await receiver.heard()
    expect(packets).toHaveLength(2)
    for (const packet of packets) expect(packet).toMatchObject({ properties: { subscriptionIdentifiers: [9] } })
    await house.close()
  })

  it('take the topic aliases of who asked for them', async () => {
    const house = await openHouse()
    const receiver = await house.connect('receiver', { properties: { topicAliasMaximum: 1 } })
    await receiver.subscribe('run')
    await publishTogether(await house.connect('sender'), texts(2))
    const packets = await receiver.heard()
    expect(packets).toMatchObject([
      { topic: 'run', properties: { topicAlias: 1 } },
      { topic: '', properties: { topicAlias: 1 } },
    ])
    await house.close()
  })

  it('are left out one by one where they are larger than a receiver takes', async () => {
    const house = await openHouse()
    const small = await house.connect('small', { properties: { maximumPacketSize: 30 } })
    await small.subscribe('run')
    await publishTogether(await house.connect('sender'), ['one', 'x'.repeat(30), 'two'])
    expect(await small.messages()).toEqual(['one', 'two'])
    expect(house.counters.oversized).toBe(1)
    await house.close()
  })

  it('do not come back to their sender by a subscription with No Local', async () => {
    const house = await openHouse()
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    for (const each of [ana, ben]) await each.subscribe('run', { noLocal: true })
    await publishTogether(ana, texts(2))
    expect(await ana.messages()).toEqual([])
    expect(await ben.messages()).toEqual(texts(2))
    await house.close()
  })

  it('are shared out one by one to the members of a shared subscription', async () => {
    const house = await openHouse()
    const members = [await subscriber(house, 'ana', '$share/g/run'), await subscriber(house, 'ben', '$share/g/run')]
    await publishTogether(await house.connect('sender'), texts(4))
    const got = await Promise.all(members.map((member) => member.messages()))
    expect(got.map(({ length }) => length)).toEqual([2, 2])
    expect(got.flat().sort()).toEqual(texts(4))
    await house.close()
  })

  it('are refused one by one where they are not allowed', async () => {
    const house = await openHouse({ authorize: (_, { action }) => action === 'subscribe' })
    const receiver = await subscriber(house, 'receiver', 'run')
    await publishTogether(await house.connect('sender'), texts(3))
    expect(await receiver.messages()).toEqual([])
    expect(house.counters.refused).toBe(3)
    await house.close()
  })

  it('wait for an answer that takes time, and keep their order', async () => {
    const house = await openHouse({ authorize: async () => true })
    const receiver = await subscriber(house, 'receiver', 'run', { qos: 1 })
    await publishTogether(await house.connect('sender'), texts(20))
    const packets = await Promise.all(texts(20).map(() => receiver.expect('publish')))
    expect(packets.map(textOf)).toEqual(texts(20))
    await house.close()
  })

  it('are counted one by one where their rate has a limit', async () => {
    const house = await openHouse({ accountLimits: { perConnection: { publishesPerSecond: 2 } } })
    const receiver = await subscriber(house, 'receiver', 'run')
    const sender = await house.connect('sender')
    sender.sendBytes(together('run', texts(9)))
    expect(await sender.expect('disconnect')).toMatchObject({ reasonCode: 0x96 })
    expect(await receiver.messages()).toEqual(texts(4))
    await house.close()
  })

  it('are counted just as those that come one by one', async () => {
    const counted = async (publish: (sender: Peer) => Promise<void>) => {
      const house = await openHouse()
      const receiver = await subscriber(house, 'receiver', 'run')
      const sender = await house.connect('sender')
      await publish(sender)
      expect(await receiver.messages()).toEqual(texts(3))
      await house.close()
      return [house.counters, house.accounts.traffic('dev')]
    }
    const singly = async (sender: Peer) => {
      for (const text of texts(3)) sender.publish('run', text)
      await sender.heard()
    }
    expect(await counted((sender) => publishTogether(sender, texts(3)))).toEqual(await counted(singly))
  })

  it('are read again by nobody after a packet among them that is none', async () => {
    const house = await openHouse()
    const receiver = await subscriber(house, 'receiver', 'run')
    const sender = await house.connect('sender')
    const wrong = encode(publishPacket('run', 'x', { retain: true }), 5)
    wrong[0] = 0x3e
    sender.sendBytes(Buffer.concat([together('run', ['a']), wrong, together('run', ['b'])]))
    expect(await sender.expect('disconnect')).toMatchObject({ reasonCode: 0x81 })
    expect(await receiver.messages()).toEqual(['a'])
    await house.close()
  })
})
