import type { Will } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type House, openHouse } from '../support/house.js'
import { textOf } from '../support/peer.js'

const will = (properties: Will['properties'] = {}): Will => ({
  topic: 'gone/ana',
  payload: new TextEncoder().encode('ana is gone'),
  qos: 1,
  retain: false,
  properties,
})

const withWatcher = async (house: House) => {
  const watcher = await house.connect('watcher')
  await watcher.subscribe('gone/+', { qos: 1 })
  return watcher
}

describe('a will', () => {
  it('is said when the connection breaks', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const ana = await house.connect('ana', { will: will() })
    await ana.vanish()
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('is said when the client breaks the protocol', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const ana = await house.connect('ana', { will: will() })
    ana.sendBytes(Uint8Array.of(0, 0))
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('is not said after a goodbye, unless the goodbye asks for it', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const ana = await house.connect('ana', { will: will() })
    await ana.disconnect()
    const again = await house.connect('ana', { will: will() })
    expect(await watcher.messages()).toEqual([])
    again.send({ type: 'disconnect', reasonCode: 4 })
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('waits for its delay, and is not said when the client is back before', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const kept = { properties: { sessionExpiryInterval: 100 }, cleanStart: false }
    const ana = await house.connect('ana', { ...kept, will: will({ willDelayInterval: 30 }) })
    await ana.vanish()
    house.clock.advance(29_000)
    const again = await house.connect('ana', { ...kept, will: will({ willDelayInterval: 30 }) })
    house.clock.advance(5_000)
    expect(await watcher.messages()).toEqual([])
    await again.vanish()
    await house.connect('someone')
    house.clock.advance(30_000)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('is said at the end of the session where that comes before its delay is over', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const ana = await house.connect('ana', {
      properties: { sessionExpiryInterval: 10 },
      will: will({ willDelayInterval: 1000 }),
    })
    await ana.vanish()
    await house.connect('someone')
    house.clock.advance(10_000)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('of a session that is started anew is said at once', async () => {
    const house = await openHouse()
    const watcher = await withWatcher(house)
    const ana = await house.connect('ana', {
      properties: { sessionExpiryInterval: 100 },
      will: will({ willDelayInterval: 50 }),
    })
    await ana.vanish()
    await house.connect('ana', { cleanStart: true })
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await house.close()
  })

  it('outlives the server', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', {
      properties: { sessionExpiryInterval: 100 },
      will: will({ willDelayInterval: 50 }),
    })
    await ana.vanish()
    const next = await house.restart()
    const watcher = await withWatcher(next)
    next.clock.advance(50_000)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    await next.close()
  })

  it('of MQTT 3.1.1 can be retained', async () => {
    const house = await openHouse()
    const ana = await house.connect('ana', { version: 4, will: { ...will(), retain: true } })
    await ana.vanish()
    const watcher = await house.connect('late')
    await watcher.subscribe('gone/ana')
    expect(await watcher.expect('publish')).toMatchObject({ retain: true })
    await house.close()
  })
})
