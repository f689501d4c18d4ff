import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { expectMessages, house, kept, say, sayOnce } from '../support.js'

const brief = { properties: { messageExpiryInterval: 5 } }

/** A client with a session that is kept, which subscribes to `room`. */
const listening = async (server: House, qos: 1 | 2) => {
  const ana = await server.connect('ana', kept)
  await ana.subscribe('room', { qos })
  return ana
}

describe('4.1 Session state', () => {
  it('[MQTT-4.1.0-2] is gone when there was no connection for as long as Session Expiry Interval says', async () => {
    const server = await house()
    await (await listening(server, 1)).vanish()
    await say(await server.connect('ben'), 'room', 'waits')
    server.clock.advance(3_599_999)
    const inTime = await server.connect('ana', kept)
    expect(inTime.connack.sessionPresent).toBe(true)
    await inTime.vanish()
    // The end of its connection is the beginning of its time.
    await (await server.connect('ben')).heard()
    server.clock.advance(3_600_000)
    const late = await server.connect('ana', kept)
    expect(late.connack.sessionPresent).toBe(false)
    await say(await server.connect('ben'), 'room', 'not subscribed')
    expect(await late.heard()).toEqual([])
  })
})

describe('4.3.3 QoS 2', () => {
  it.each([1, 2] as const)(
    '[MQTT-4.3.3-7] what was sent at QoS %i comes again though its life is over',
    async (qos) => {
      const server = await house()
      const [ana, ben] = [await listening(server, qos), await server.connect('ben')]
      await sayOnce(ben, 'room', 'brief', brief)
      const [sent] = await expectMessages(ana, 'brief')
      await ana.vanish()
      server.clock.advance(60_000)
      const back = await server.connect('ana', kept)
      const [again] = await expectMessages(back, 'brief')
      expect(again).toMatchObject({ dup: true, packetId: sent?.packetId, properties: { messageExpiryInterval: 0 } })
    },
  )

  it('[MQTT-4.3.3-9] after a PUBREC that refuses, the same identifier is a new message', async () => {
    const server = await house({ authorize: (_, { action, topic }) => action === 'subscribe' || topic !== 'secret' })
    const [ana, ben] = [await listening(server, 2), await server.connect('ben')]
    ben.publish('secret', 'no', { qos: 2, packetId: 5 })
    expect(await ben.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.NotAuthorized })
    ben.publish('room', 'yes', { qos: 2, packetId: 5, dup: true })
    expect(await ben.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.Success })
    await expectMessages(ana, 'yes')
    ben.send({ type: 'pubrel', packetId: 5, reasonCode: 0 })
    expect(await ben.expect('pubcomp')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.Success })
  })

  it('[MQTT-4.3.3-13] goes on to PUBCOMP though the life of the message is over', async () => {
    const server = await house()
    const before = await server.connect('ben', kept)
    before.publish('room', 'brief', { qos: 2, packetId: 5, ...brief })
    await before.expect('pubrec')
    await before.vanish()
    server.clock.advance(60_000)
    const ben = await server.connect('ben', kept)
    ben.publish('room', 'brief', { qos: 2, packetId: 5, dup: true, ...brief })
    expect(await ben.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.Success })
    ben.send({ type: 'pubrel', packetId: 5, reasonCode: 0 })
    expect(await ben.expect('pubcomp')).toMatchObject({ packetId: 5, reasonCode: ReasonCode.Success })
  })
})

describe('4.4 Message delivery retry', () => {
  it.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)('[MQTT-4.4.0-2] what a client refused at QoS %i with %s does not come again', async (qos, type) => {
    const server = await house()
    const [ana, ben] = [await listening(server, qos), await server.connect('ben')]
    await sayOnce(ben, 'room', 'unwanted')
    const [{ packetId = 0 } = {}] = await expectMessages(ana, 'unwanted')
    ana.send({ type, packetId, reasonCode: ReasonCode.UnspecifiedError })
    expect(await ana.heard()).toEqual([])
    await ana.vanish()
    const back = await server.connect('ana', kept)
    expect(await back.heard()).toEqual([])
  })
})
