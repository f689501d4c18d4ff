import { describe, expect, it } from 'vitest'
import type { Authenticate } from '../../src/index.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const connected = '$SYS/broker/clients/connected'

/** `acme.ana` is ana of acme. */
const byUsername: Authenticate = ({ username = '' }) => {
  const [vendor = '', client = ''] = username.split('.')
  return { identity: { vendor, client } }
}

const openVendors = () => TestServer.open({ dev: false, authentication: [byUsername], access: () => true })

describe('$SYS', () => {
  it('tells who subscribes what holds now, as a retained message', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe(connected)
    const heard = await ana.hears()
    expect([heard.topic, textOf(heard), heard.retain]).toEqual([connected, '1', true])
  })

  it('tells what has changed, and nothing else, as often as the server is asked to', async () => {
    const server = await TestServer.open({ sysIntervalSeconds: 30 })
    const ana = await server.client('ana')
    await ana.subscribe('$SYS/broker/clients/#')
    await ana.hears()
    server.clock.advance(30_000)
    await ana.hears()
    const ben = await server.client('ben')
    server.clock.advance(30_000)
    const heard = await ana.hears()
    expect([heard.topic, textOf(heard), heard.retain]).toEqual([connected, '2', false])
    server.clock.advance(30_000)
    await ben.disconnect()
    await server.rest()
    server.clock.advance(30_000)
    expect(textOf(await ana.hears())).toBe('1')
  })

  it('tells nothing of itself where it is asked not to', async () => {
    const server = await TestServer.open({ sysIntervalSeconds: 0 })
    const ana = await server.client('ana')
    await ana.subscribe('$SYS/broker/uptime')
    expect(textOf(await ana.hears())).toBe('0 seconds')
    server.clock.advance(3_600_000)
    await ana.subscribe('$SYS/broker/uptime')
    expect(textOf(await ana.hears())).toBe('3600 seconds')
    expect(ana.takeUnheard()).toEqual([])
  })

  it('says to each vendor what it has itself', async () => {
    const server = await openVendors()
    for (const name of ['acme.ana', 'acme.ben', 'umbrella.eve']) await server.client(name)
    const [cleo, mallory] = [await server.client('acme.cleo'), await server.client('umbrella.mallory')]
    await cleo.subscribe(connected)
    await mallory.subscribe(connected)
    expect([textOf(await cleo.hears()), textOf(await mallory.hears())]).toEqual(['3', '2'])
  })

  it('is not heard by who asks for all topics [MQTT-4.7.2-1], and not written by clients', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe('#')
    await ana.subscribe('+/broker/clients/connected')
    server.clock.advance(10_000)
    const { reasonCode } = await ana.say(connected, '1000000', { retain: true })
    expect(reasonCode).toBe(0x87)
    expect(ana.takeUnheard()).toEqual([])
  })

  it('counts what is kept', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.say('room/one', 'kept', { retain: true })
    await ana.subscribe('$SYS/broker/retained messages/count')
    expect(textOf(await ana.hears())).toBe('1')
  })
})
