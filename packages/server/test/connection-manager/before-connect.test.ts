import { encode, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type HouseOptions, openHouse } from '../support/house.js'
import { connectPacket } from '../support/peer.js'

const open = async (connectionLimits: NonNullable<HouseOptions['connectionLimits']>) => {
  const house = await openHouse({ connectionLimits })
  onTestFinished(() => house.close())
  return house
}

const largeConnect = (version: 4 | 5) =>
  connectPacket({ version, username: 'ana', password: new Uint8Array(2_000), keepAlive: 60 })

describe('a CONNECT that is larger than is taken', () => {
  it('is refused with 0x95, in the words of MQTT 5', async () => {
    const peer = (await open({ connectBytes: 1_000 })).peer()
    peer.send(largeConnect(5))
    expect(await peer.expect('connack')).toMatchObject({ reasonCode: ReasonCode.PacketTooLarge })
    await peer.closed
  })

  it('is closed without a word in MQTT 3.1.1, which has no code for it', async () => {
    const peer = (await open({ connectBytes: 1_000 })).peer(4)
    peer.send(largeConnect(4))
    expect(await peer.next()).toBeUndefined()
  })

  it('is refused by the length that it announces, before its bytes have come', async () => {
    const peer = (await open({})).peer()
    const announced = [0x10, 0xff, 0xff, 0xff, 0x7f]
    peer.sendBytes(Uint8Array.of(...announced, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5))
    expect(await peer.expect('connack')).toMatchObject({ reasonCode: ReasonCode.PacketTooLarge })
    await peer.closed
  })

  it('is closed where it does not say its version with its length', async () => {
    const peer = (await open({})).peer()
    peer.sendBytes(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f))
    expect(await peer.next()).toBeUndefined()
  })

  it('bounds what comes before it, and nothing that comes after it', async () => {
    const house = await open({ connectBytes: 1_000 })
    const ana = await house.connect('ana')
    await ana.subscribe('room')
    ana.publish('room', 'x'.repeat(5_000))
    expect((await ana.messages())[0]).toHaveLength(5_000)
  })
})

describe('who has not connected yet', () => {
  it('takes one of so many places, until it connects or goes', async () => {
    const house = await open({ unconnectedStreams: 2 })
    const [one, two] = [house.peer(), house.peer()]
    await house.peer().closed
    await one.connect({ clientId: 'one' })
    await two.vanish()
    await one.heard()
    const [three, four] = [house.peer(), house.peer()]
    await house.peer().closed
    for (const [peer, clientId] of [
      [three, 'three'],
      [four, 'four'],
    ] as const)
      expect(await peer.connect({ clientId })).toMatchObject({ reasonCode: 0 })
  })

  it('may bring its CONNECT a byte at a time, as long as all of it comes in time', async () => {
    const house = await open({ connectTimeoutMs: 5_000 })
    const peer = house.peer()
    const bytes = encode(connectPacket(), 5)
    for (const byte of bytes.subarray(0, 4)) {
      peer.sendBytes(Uint8Array.of(byte))
      house.clock.advance(1_000)
    }
    house.clock.advance(1_000)
    await peer.closed
  })
})
