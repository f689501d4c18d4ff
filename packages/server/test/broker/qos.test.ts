import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { openHouse } from '../support/house.js'
import { textOf } from '../support/peer.js'

describe('QoS 1', () => {
  it('is acknowledged, with a code that says whether anybody got it', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    ana.publish('room', 'nobody', { qos: 1, packetId: 5 })
    expect(await ana.expect('puback')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.NoMatchingSubscribers })
    const ben = await house.connect('ben')
    await ben.subscribe('room')
    ana.publish('room', 'somebody', { qos: 1, packetId: 5 })
    expect(await ana.expect('puback')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.Success })
    await house.close()
  })

  it('goes out no faster than the Receive Maximum of the client lets it', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { properties: { receiveMaximum: 2 } })
    await ana.subscribe('count', { qos: 1 })
    for (const text of ['1', '2', '3', '4']) ana.publish('count', text)
    const ben = await house.connect('ben')
    for (const text of ['5', '6', '7']) ben.publish('count', text, { qos: 1 })
    await ben.heard()

    const heard = (await ana.heard()).filter((packet) => packet.type === 'publish')
    expect(heard.map(textOf)).toEqual(['1', '2', '3', '4', '5', '6'])
    ana.send({ type: 'puback', packetId: heard[4]?.packetId ?? 0, reasonCode: 0 })
    expect(textOf(await ana.expect('publish'))).toBe('7')
    await house.close()
  })

  it('of more publishes than the server takes at once ends the connection with 0x93', async () => {
    const house = await openHouse({ brokerLimits: { receiveMaximum: 3 }, authorize: () => new Promise(() => {}) })
    const ana = house.peer()
    expect((await ana.connect()).properties?.receiveMaximum).toBe(3)
    for (let packetId = 1; packetId <= 4; packetId++) ana.publish('room', 'x', { qos: 1, packetId })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ReceiveMaximumExceeded })
  })

  it('is acknowledged in the order of arrival, however long each publish takes', async () => {
    const waiting = new Map<string, (allowed: boolean) => void>()
    const house = await openHouse({
      authorize: (_, { topic }) => topic === 'quick' || new Promise<boolean>((resolve) => waiting.set(topic, resolve)),
    })
    const ana = await house.connect('ana')
    ana.publish('first', 'x', { qos: 1, packetId: 1 })
    ana.publish('second', 'x', { qos: 1, packetId: 2 })
    ana.publish('quick', 'x', { qos: 1, packetId: 3 })
    await ana.heard()
    waiting.get('second')?.(true)
    expect(await ana.heard()).toEqual([])
    waiting.get('first')?.(true)
    expect((await ana.expect('puback')).packetId).toBe(1)
    expect((await ana.expect('puback')).packetId).toBe(2)
    expect((await ana.expect('puback')).packetId).toBe(3)
    await house.close()
  })
})

describe('an acknowledgement of the wrong kind', () => {
  it.each([
    ['PUBACK', 'QoS 2', 2, 'puback'],
    ['PUBREC', 'QoS 1', 1, 'pubrec'],
    ['PUBCOMP', 'QoS 1', 1, 'pubcomp'],
  ] as const)('such as %s for a %s message closes the connection', async (_, __, qos, type) => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    await ana.subscribe('room', { qos })
    const ben = await house.connect('ben')
    ben.publish('room', 'x', { qos })
    const { packetId = 0 } = await ana.expect('publish')
    ana.send({ type, packetId, reasonCode: 0 })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
    await house.close()
  })
})

describe('QoS 2', () => {
  it('takes a message once, however often it is sent before PUBREL', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    const ben = await house.connect('ben')
    await ben.subscribe('room')
    ana.publish('room', 'once', { qos: 2, packetId: 7 })
    ana.publish('room', 'once', { qos: 2, packetId: 7, dup: true })
    expect(await ana.expect('pubrec')).toMatchObject({ packetId: 7, reasonCode: ReasonCode.Success })
    expect(await ana.expect('pubrec')).toMatchObject({ packetId: 7, reasonCode: ReasonCode.Success })
    ana.send({ type: 'pubrel', packetId: 7, reasonCode: 0 })
    expect(await ana.expect('pubcomp')).toMatchObject({ packetId: 7, reasonCode: ReasonCode.Success })
    ana.publish('room', 'again', { qos: 2, packetId: 7 })
    await ana.expect('pubrec')
    expect(await ben.messages()).toEqual(['once', 'again'])
    await house.close()
  })

  it('is handed over in four steps', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    await ana.subscribe('room', { qos: 2 })
    const ben = await house.connect('ben')
    ben.publish('room', 'hello', { qos: 2 })
    const { packetId = 0, qos } = await ana.expect('publish')
    expect(qos).toBe(2)
    ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
    expect((await ana.expect('pubrel')).packetId).toBe(packetId)
    ana.send({ type: 'pubcomp', packetId, reasonCode: 0 })
    expect(await ana.heard()).toEqual([])
    await house.close()
  })

  it('tells a client that names a packet identifier which nobody knows', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana')
    ana.send({ type: 'pubrel', packetId: 99, reasonCode: 0 })
    expect(await ana.expect('pubcomp')).toMatchObject({ reasonCode: ReasonCode.PacketIdentifierNotFound })
    ana.send({ type: 'pubrec', packetId: 98, reasonCode: 0 })
    expect(await ana.expect('pubrel')).toMatchObject({ reasonCode: ReasonCode.PacketIdentifierNotFound })
    await house.close()
  })
})
