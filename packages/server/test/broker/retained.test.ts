import { describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import { textOf } from '../support/peer.js'

const withLamp = async (): Promise<House> => {
  const house = await openHouse()
  const lamp = await house.connect('lamp')
  lamp.publish('lamp/kitchen', 'on', { retain: true, qos: 1 })
  await lamp.expect('puback')
  await lamp.disconnect()
  return house
}

describe('a retained message', () => {
  it('awaits who subscribes later, and says that it was kept', async () => {
    const house = await withLamp()
    const ana = await house.connect('ana')
    await ana.subscribe('lamp/#', { qos: 1, identifier: 4 })
    const message = await ana.expect('publish')
    expect(message).toMatchObject({ retain: true, qos: 1, properties: { subscriptionIdentifiers: [4] } })
    expect(textOf(message)).toBe('on')
    await house.close()
  })

  it('is replaced by the next one, and removed by an empty one', async () => {
    const house = await withLamp()
    const ana = await house.connect('ana')
    ana.publish('lamp/kitchen', 'off', { retain: true, qos: 1 })
    await ana.expect('puback')
    await ana.subscribe('lamp/kitchen')
    expect(textOf(await ana.expect('publish'))).toBe('off')
    ana.publish('lamp/kitchen', '', { retain: true, qos: 1 })
    expect(textOf(await ana.expect('publish'))).toBe('')
    await ana.expect('puback')
    const ben = await house.connect('ben')
    await ben.subscribe('lamp/kitchen')
    expect(await ben.messages()).toEqual([])
    await house.close()
  })

  it('comes as the subscription asks: always, to a new one only, or never', async () => {
    const house = await withLamp()
    const ana = await house.connect('ana')
    const subscribe = async (retainHandling: 0 | 1 | 2) => {
      await ana.subscribe('lamp/kitchen', { retainHandling })
      return ana.messages()
    }
    expect(await subscribe(2)).toEqual([])
    expect(await subscribe(1)).toEqual([])
    expect(await subscribe(0)).toEqual(['on'])
    expect(await subscribe(0)).toEqual(['on'])
    const ben = await house.connect('ben')
    await ben.subscribe('lamp/kitchen', { retainHandling: 1 })
    expect(await ben.messages()).toEqual(['on'])
    await house.close()
  })

  it('does not go to a shared subscription', async () => {
    const house = await withLamp()
    const ana = await house.connect('ana')
    await ana.subscribe('$share/crew/lamp/kitchen')
    expect(await ana.messages()).toEqual([])
    await house.close()
  })

  it('is found by who subscribes after it was delivered, and comes before what follows it', async () => {
    const house = await openHouse()
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    await ana.subscribe('lamp')
    ben.publish('lamp', 'on', { retain: true })
    ben.publish('lamp', 'flicker')
    expect(textOf(await ana.expect('publish'))).toBe('on')
    expect(textOf(await ana.expect('publish'))).toBe('flicker')
    await ben.subscribe('lamp')
    expect(textOf(await ben.expect('publish'))).toBe('on')
    await house.close()
  })

  it('counts its life down, and is gone when that is over', async () => {
    const house = await openHouse()
    const lamp = await house.connect('lamp')
    lamp.publish('lamp', 'on', { retain: true, qos: 1, properties: { messageExpiryInterval: 10 } })
    await lamp.expect('puback')
    house.clock.advance(4_000)
    const ana = await house.connect('ana')
    await ana.subscribe('lamp')
    expect((await ana.expect('publish')).properties?.messageExpiryInterval).toBe(6)
    house.clock.advance(6_000)
    await ana.subscribe('lamp')
    expect(await ana.messages()).toEqual([])
    await house.close()
  })
})
