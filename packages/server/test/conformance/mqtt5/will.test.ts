import type { Will } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { textOf } from '../../support/peer.js'
import { inMemory } from '../../support/storage.js'
import { house, kept, restarted, settled } from '../support.js'

const will = (fields: Partial<Will> = {}): Will => ({
  topic: 'gone/ana',
  payload: new TextEncoder().encode('ana is gone'),
  qos: 1,
  retain: false,
  ...fields,
})

const withWatcher = async (server: House) => {
  const watcher = await server.connect('watcher')
  await watcher.subscribe('gone/#', { qos: 2, retainAsPublished: true })
  return watcher
}

describe('3.1.2.5 A will', () => {
  it.each([0, 1, 2] as const)('[MQTT-3.1.2-8] [MQTT-3.1.2-9] [MQTT-3.1.2-12] is said with its QoS %i', async (qos) => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', { will: will({ qos }) })).vanish()
    expect(await watcher.expect('publish')).toMatchObject({ topic: 'gone/ana', qos, retain: false })
  })

  it.each([
    ['the keep-alive', (server: House) => server.clock.advance(15_000)],
    ['another connection of the client', (server: House) => server.connect('ana')],
  ])('[MQTT-3.1.2-8] is said when %s ends the connection', async (_, end) => {
    const server = await house()
    const watcher = await withWatcher(server)
    await server.connect('ana', { keepAlive: 10, will: will() })
    await end(server)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
  })

  it('[MQTT-3.1.2-7] [MQTT-3.1.2-8] is said by the next server where the first one stopped before its delay was over', async () => {
    const server = await house({ storage: await inMemory() })
    const fields = { ...kept, will: will({ properties: { willDelayInterval: 60 } }) }
    await (await server.connect('ana', fields)).vanish()
    await settled()
    server.clock.advance(30_000)
    const next = await restarted(server)
    const watcher = await withWatcher(next)
    next.clock.advance(29_000)
    expect(await watcher.messages()).toEqual([])
    next.clock.advance(1_000)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
  })

  it('[MQTT-3.1.2-8] [MQTT-3.1.2-10] is deleted by DISCONNECT 0x00, though the session is kept', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', { ...kept, will: will() })).disconnect()
    await (await server.connect('ana', kept)).vanish()
    await settled()
    server.clock.advance(3_600_000)
    expect(await watcher.messages()).toEqual([])
  })

  it('[MQTT-3.1.2-10] is deleted when it was said: not even the end of the session says it again, on no server', async () => {
    const server = await house({ storage: await inMemory() })
    const watcher = await withWatcher(server)
    for (const name of ['ana', 'ben']) {
      const expiry = { sessionExpiryInterval: name === 'ana' ? 60 : 3_600 }
      await (await server.connect(name, { properties: expiry, will: will() })).vanish()
      expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
    }
    await settled()
    server.clock.advance(60_000)
    await settled()
    expect(await watcher.messages()).toEqual([])
    const next = await restarted(server)
    const later = await withWatcher(next)
    next.clock.advance(3_600_000)
    await settled()
    expect(await later.messages()).toEqual([])
  })

  it('[MQTT-3.1.2-12] that is not there is not said', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana')).vanish()
    await settled()
    expect(await watcher.messages()).toEqual([])
  })

  it('is the newest connection’s', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    const first = await server.connect('ana', { ...kept, will: will({ properties: { willDelayInterval: 10 } }) })
    await first.vanish()
    const second = await server.connect('ana', { ...kept, will: will({ topic: 'gone/second' }) })
    await second.vanish()
    expect(await watcher.expect('publish')).toMatchObject({ topic: 'gone/second' })
    server.clock.advance(10_000)
    expect(await watcher.messages()).toEqual([])
  })
})

describe('3.1.2.7 Will Retain', () => {
  it.each([
    ['[MQTT-3.1.2-14]', false],
    ['[MQTT-3.1.2-15]', true],
  ])('%s of %j says whether the will is retained', async (_, retain) => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', { will: will({ retain }) })).vanish()
    expect(await watcher.expect('publish')).toMatchObject({ retain })
    const late = await server.connect('late')
    await late.subscribe('gone/#')
    expect(await late.messages()).toEqual(retain ? ['ana is gone'] : [])
  })
})

describe('3.1.3.2.2 Will Delay Interval', () => {
  const delayed = (seconds: number) => ({ will: will({ properties: { willDelayInterval: seconds } }) })

  it('[MQTT-3.1.2-8] passes before the will is said', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', { ...kept, ...delayed(30) })).vanish()
    await settled()
    server.clock.advance(29_999)
    expect(await watcher.messages()).toEqual([])
    server.clock.advance(1)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
  })

  it('[MQTT-3.1.2-8] ends with the session', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    const fields = { properties: { sessionExpiryInterval: 10 }, ...delayed(30) }
    await (await server.connect('ana', fields)).vanish()
    await settled()
    server.clock.advance(9_999)
    expect(await watcher.messages()).toEqual([])
    server.clock.advance(1)
    expect(textOf(await watcher.expect('publish'))).toBe('ana is gone')
  })

  it('[MQTT-3.1.3-9] keeps the will from being said where the client is back before', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', { ...kept, ...delayed(30) })).vanish()
    await settled()
    server.clock.advance(29_999)
    const back = await server.connect('ana', kept)
    server.clock.advance(60_000)
    expect(await watcher.messages()).toEqual([])
    await back.vanish()
    await settled()
    server.clock.advance(60_000)
    expect(await watcher.messages()).toEqual([])
  })

  it('[MQTT-3.1.3-9] also where the client takes its session over from a connection that is still there', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await server.connect('ana', { ...kept, ...delayed(30) })
    await server.connect('ana', kept)
    server.clock.advance(60_000)
    expect(await watcher.messages()).toEqual([])
  })

  it('is not told to those who get the will', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    await (await server.connect('ana', delayed(30))).vanish()
    expect((await watcher.expect('publish')).properties?.willDelayInterval).toBeUndefined()
  })
})

describe('3.1.3.2 The properties of a will', () => {
  it('[MQTT-3.1.3-10] travel with it, the user properties in their order', async () => {
    const server = await house()
    const watcher = await withWatcher(server)
    const properties = {
      payloadFormatIndicator: 1 as const,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Uint8Array.of(0, 1),
      userProperties: [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
        ['b', '1'],
      ] as const,
    }
    await (await server.connect('ana', { will: will({ properties }) })).vanish()
    expect((await watcher.expect('publish')).properties).toEqual(properties)
  })

  it('begin to count the life of the message when it is said', async () => {
    const server = await house()
    const ana = await server.connect('ana', {
      ...kept,
      will: will({ retain: true, properties: { willDelayInterval: 30, messageExpiryInterval: 10 } }),
    })
    await ana.vanish()
    await settled()
    server.clock.advance(30_000)
    await settled()
    server.clock.advance(4_000)
    const late = await server.connect('late')
    await late.subscribe('gone/#')
    expect((await late.expect('publish')).properties).toEqual({ messageExpiryInterval: 6 })
  })
})
