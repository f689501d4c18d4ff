import { type Properties, type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { inMemory } from '../../support/storage.js'
import { acknowledge, expectMessages, house, kept, overheard, restarted, say, sayOnce, settled } from '../support.js'

/** Says three messages: one that lives for ten seconds, one for a minute, one for ever. */
const sayThree = async (server: House) => {
  const ben = await server.connect('ben')
  const lives: readonly (readonly [string, Properties])[] = [
    ['short', { messageExpiryInterval: 10 }],
    ['long', { messageExpiryInterval: 60 }],
    ['for ever', {}],
  ]
  for (const [text, properties] of lives) await sayOnce(ben, 'room', text, { properties })
}

const lifeOf = ({ properties }: PublishPacket) => properties?.messageExpiryInterval

describe('3.3.2.3.3 Message Expiry Interval', () => {
  it('goes on as it came with a message that does not wait', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room', { qos: 1 })
    await sayThree(server)
    expect((await expectMessages(ana, 'short', 'long', 'for ever')).map(lifeOf)).toEqual([10, 60, undefined])
  })

  it.each([1, 2] as const)(
    '[MQTT-3.3.2-5] [MQTT-3.3.2-6] counts down while a message of QoS %i waits in the store',
    async (qos) => {
      const server = await house()
      const before = await server.connect('ana', kept)
      await before.subscribe('room', { qos })
      await before.disconnect()
      await sayThree(server)
      server.clock.advance(25_900)
      const ana = await server.connect('ana', kept)
      expect((await expectMessages(ana, 'long', 'for ever')).map(lifeOf)).toEqual([35, undefined])
      expect(await ana.heard()).toEqual([])
      expect(server.counters.expired).toBe(1)
    },
  )

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] counts down while the server is down', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    await sayThree(server)
    server.clock.advance(5_000)
    const next = await restarted(server)
    next.clock.advance(15_000)
    const ana = await next.connect('ana', kept)
    expect((await expectMessages(ana, 'long', 'for ever')).map(lifeOf)).toEqual([40, undefined])
  })

  it.each([
    ['in memory', 0],
    ['in the store', 3_600],
  ])(
    '[MQTT-3.3.2-5] [MQTT-3.3.2-6] counts down while a message waits %s for room',
    async (_, sessionExpiryInterval) => {
      const server = await house()
      const ana = await server.connect('ana', { properties: { sessionExpiryInterval, receiveMaximum: 1 } })
      await ana.subscribe('room', { qos: 1 })
      await say(await server.connect('eva'), 'room', 'first')
      await sayThree(server)
      const [first] = await expectMessages(ana, 'first')
      server.clock.advance(20_000)
      if (first) acknowledge(ana, first)
      const [long] = await expectMessages(ana, 'long')
      expect(long && lifeOf(long)).toBe(40)
    },
  )

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] counts down while a message is retained', async () => {
    const server = await house()
    const ben = await server.connect('ben')
    await say(ben, 'short', 'short', { retain: true, properties: { messageExpiryInterval: 10 } })
    await say(ben, 'long', 'long', { retain: true, properties: { messageExpiryInterval: 60 } })
    server.clock.advance(10_000)
    const ana = await server.connect('ana')
    await ana.subscribe('#')
    expect((await expectMessages(ana, 'long')).map(lifeOf)).toEqual([50])
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] counts down while the server is asked whether the message may be published', async () => {
    const decisions: ((allowed: boolean) => void)[] = []
    const server = await house({
      authorize: (_, { action }) =>
        action === 'subscribe' || new Promise<boolean>((resolve) => decisions.push(resolve)),
      brokerLimits: { accessTimeoutMs: 60_000 },
    })
    const ana = await server.connect('ana')
    await ana.subscribe('room', { qos: 1 })
    const ben = await server.connect('ben')
    ben.publish('room', 'short', { qos: 1, packetId: 1, properties: { messageExpiryInterval: 10 } })
    ben.publish('room', 'long', { qos: 1, packetId: 2, properties: { messageExpiryInterval: 60 } })
    await ben.heard()
    server.clock.advance(15_000)
    for (const decide of decisions) decide(true)
    await ben.expect('puback')
    await ben.expect('puback')
    expect((await expectMessages(ana, 'long')).map(lifeOf)).toEqual([45])
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-4.3.3-10] may end it there for a message of QoS 2, which is taken nevertheless, and once', async () => {
    let decide = (_: boolean) => {}
    const authorize = () => new Promise<boolean>((resolve) => (decide = resolve))
    const storage = await inMemory()
    const brokerLimits = { accessTimeoutMs: 60_000 }
    const dying = await house({ authorize, storage, brokerLimits })
    const ben = await dying.connect('ben', kept)
    const message = { qos: 2, packetId: 5, properties: { messageExpiryInterval: 10 } } as const
    ben.publish('room', 'short', message)
    await ben.heard()
    dying.clock.advance(10_000)
    decide(true)
    expect(await ben.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.NoMatchingSubscribers })
    const next = await house({ authorize, storage, brokerLimits, clock: dying.clock })
    const back = await next.connect('ben', kept)
    back.publish('room', 'short', { ...message, dup: true })
    expect(await back.heard()).toMatchObject([{ type: 'pubrec', packetId: 5, reasonCode: ReasonCode.Success }])
  })

  it('does not end the life of a message whose delivery has begun', async () => {
    const server = await house()
    const before = await server.connect('ana', kept)
    await before.subscribe('room', { qos: 1 })
    await say(await server.connect('ben'), 'room', 'short', { properties: { messageExpiryInterval: 10 } })
    await expectMessages(before, 'short')
    await before.vanish()
    await settled()
    server.clock.advance(20_000)
    const [again] = await expectMessages(await server.connect('ana', kept), 'short')
    expect(again).toMatchObject({ dup: true, properties: { messageExpiryInterval: 0 } })
  })

  it('is nothing that a client of MQTT 3.1.1 is told, but counts for it too', async () => {
    const server = await house()
    const before = await server.connect('old', { version: 4, cleanStart: false })
    await before.subscribe('room', { qos: 1 })
    await before.disconnect()
    await sayThree(server)
    server.clock.advance(20_000)
    const old = await overheard(server, 'old', { version: 4, cleanStart: false })
    await expectMessages(old, 'long', 'for ever')
  })
})
