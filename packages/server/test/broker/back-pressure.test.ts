import { describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import type { Peer } from '../support/peer.js'

const payload = 'x'.repeat(10_000)

/** More than a stream in this process takes. */
const flood = (sender: Peer, messages: number): void => {
  for (let i = 0; i < messages; i++) sender.publish('flood', `${i} ${payload}`)
}

const deafSubscriber = async (house: House, filter = 'flood'): Promise<Peer> => {
  const deaf = await house.connect('deaf')
  await deaf.subscribe(filter)
  deaf.stream.pause()
  return deaf
}

/** The number at the beginning of each message. */
const numbersOf = async (peer: Peer): Promise<number[]> =>
  (await peer.messages()).map((text) => Number.parseInt(text, 10))

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('a receiver that does not read', () => {
  it('makes those who publish to it wait, and then loses nothing', async () => {
    const house = await openHouse()
    const deaf = await deafSubscriber(house)
    const sender = await house.connect('sender')
    flood(sender, 30)
    const pong = sender.heard()
    await (await house.connect('other')).heard()
    deaf.stream.resume()
    await pong
    expect(await numbersOf(deaf)).toEqual(upTo(30))
    expect(house.counters.shed).toBe(0)
    await house.close()
  })

  it('costs the others a moment only: then its QoS 0 messages are left out, and counted', async () => {
    const house = await openHouse({ brokerLimits: { patienceMs: 500 } })
    const deaf = await deafSubscriber(house)
    const reader = await house.connect('reader')
    await reader.subscribe('flood')
    const sender = await house.connect('sender')
    flood(sender, 30)
    await (await house.connect('other')).heard()
    house.clock.advance(500)
    await sender.heard()
    expect(await numbersOf(reader)).toEqual(upTo(30))
    const { shed } = house.counters
    expect(shed).toBeGreaterThan(0)
    deaf.stream.resume()
    expect(await numbersOf(deaf)).toEqual(upTo(30 - shed))
    await house.close()
  })

  it('is closed when too much waits for it in memory', async () => {
    const house = await openHouse({ connectionLimits: { unsentBytes: 100_000 } })
    const deaf = await deafSubscriber(house, 'big')
    for (const sender of [await house.connect('one'), await house.connect('two')])
      sender.publish('big', 'x'.repeat(200_000))
    await (await house.connect('other')).heard()
    deaf.stream.resume()
    await deaf.closed
    await house.close()
  })

  it('is not asked to take QoS 1 messages before it reads again', async () => {
    const house = await openHouse()
    const deaf = await house.connect('deaf')
    await deaf.subscribe('flood', { qos: 1 })
    deaf.stream.pause()
    const sender = await house.connect('sender')
    for (let i = 0; i < 30; i++) sender.publish('flood', `${i} ${payload}`, { qos: 1, packetId: i + 1 })
    const answered = sender.heard()
    await (await house.connect('other')).heard()
    deaf.stream.resume()
    expect((await answered).filter(({ type }) => type === 'puback')).toHaveLength(30)
    expect(await numbersOf(deaf)).toEqual(upTo(30))
    await house.close()
  })
})
