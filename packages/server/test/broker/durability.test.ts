import { describe, expect, it } from 'vitest'
import type { Authorize } from '../../src/broker/index.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { accountsOf } from '../support/accounts.js'
import { HeldStorage } from '../support/held-storage.js'
import { openHouse } from '../support/house.js'
import { inMemory } from '../support/storage.js'

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

const setUp = async () => {
  const storage = new HeldStorage()
  const house = await openHouse({ storage })
  const ana = await house.connect('ana', kept)
  await ana.subscribe('room', { qos: 2 })
  return { storage, house, ana, ben: await house.connect('ben') }
}

describe('while the disk has not flushed', () => {
  it.each([1, 2] as const)('no QoS %i publish to a persistent session is acknowledged, nor delivered', async (qos) => {
    const { storage, house, ana, ben } = await setUp()
    storage.hold()
    ben.publish('room', 'hello', { qos })
    expect(await ben.heard()).toEqual([])
    expect(await ana.heard()).toEqual([])
    storage.release()
    await ben.expect(qos === 1 ? 'puback' : 'pubrec')
    await ana.expect('publish')
    await house.close()
  })

  it('no retained message is acknowledged, nor delivered', async () => {
    const { storage, house, ben } = await setUp()
    const carl = await house.connect('carl')
    await carl.subscribe('lamp')
    storage.hold()
    ben.publish('lamp', 'on', { qos: 1, retain: true })
    expect(await ben.heard()).toEqual([])
    expect(await carl.heard()).toEqual([])
    storage.release()
    await ben.expect('puback')
    await carl.expect('publish')
    await house.close()
  })

  it('no subscription of a persistent session is granted', async () => {
    const { storage, house, ana } = await setUp()
    storage.hold()
    const granted = ana.subscribe('other')
    await (await house.connect('dora')).heard()
    let known = false
    granted.then(() => {
      known = true
    })
    await Promise.resolve()
    expect(known).toBe(false)
    storage.release()
    expect(await granted).toEqual([0])
    await house.close()
  })

  it('no QoS 2 message goes on: neither PUBREL nor PUBCOMP is sent', async () => {
    const { storage, house, ana, ben } = await setUp()
    ben.publish('room', 'hello', { qos: 2 })
    await ben.expect('pubrec')
    const { packetId = 0 } = await ana.expect('publish')
    ana.publish('room', 'mine', { qos: 2, packetId: 77 })
    await ana.expect('pubrec')
    await ana.expect('publish')
    storage.hold()
    ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
    ana.send({ type: 'pubrel', packetId: 77, reasonCode: 0 })
    expect(await ana.heard()).toEqual([])
    storage.release()
    const types = [(await ana.next())?.type, (await ana.next())?.type]
    expect(types.sort()).toEqual(['pubcomp', 'pubrel'])
    await house.close()
  })

  it('a client whose session has just run out waits for its end, and keeps the new one', async () => {
    const { storage, house, ana } = await setUp()
    await ana.disconnect()
    await (await house.connect('other')).heard()
    storage.hold()
    house.clock.advance(3_600_000)
    const back = house.peer()
    const connack = back.connect({ clientId: 'ana', ...kept })
    await (await house.connect('dora')).heard()
    storage.release()
    expect((await connack).sessionPresent).toBe(false)
    const next = await house.restart()
    expect((await next.connect('ana', kept)).connack.sessionPresent).toBe(true)
    await next.close()
  })
})

describe('a server that dies', () => {
  it('leaves nothing of a kept session that was to end with its connection', async () => {
    const storage = await inMemory()
    const house = await openHouse({ storage })
    await (await house.connect('ana', kept)).disconnect()
    await house.connect('ana', { cleanStart: false })
    const next = await openHouse({ storage })
    expect(await (await EmbeddedSessions.open({ kv: storage.keyValue, accounts: accountsOf() })).all()).toEqual([])
    await next.stop()
    await house.close()
  })

  it('has not taken a QoS 2 message that it had not stored, though it stored the session meanwhile', async () => {
    const storage = await inMemory()
    const authorize: Authorize = (_, { action }) => action === 'subscribe' || new Promise(() => {})
    const house = await openHouse({ storage, authorize })
    const ana = await house.connect('ana', kept)
    ana.publish('room', 'once', { qos: 2, packetId: 5 })
    await ana.subscribe('other')
    const next = await openHouse({ storage })
    const [back, ben] = [await next.connect('ana', kept), await next.connect('ben')]
    await ben.subscribe('room')
    back.publish('room', 'once', { qos: 2, packetId: 5, dup: true })
    await back.expect('pubrec')
    expect(await ben.messages()).toEqual(['once'])
    await next.close()
  })
})
