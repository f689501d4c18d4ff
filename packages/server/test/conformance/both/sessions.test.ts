import type { Packet } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { textOf } from '../../support/peer.js'
import { bothVersions, expectMessages, house, restarted, say, sayOnce } from '../support.js'

const longKeepAlive = { connectionLimits: { keepAliveSeconds: 65_535 } }
const dayMs = 24 * 3_600_000

describe.each(bothVersions)('4.1 Session state in $name', ({ kept, plain }) => {
  it('[MQTT-4.1.0-1] is there as long as the connection is, for however long', async () => {
    const server = await house(longKeepAlive)
    const ana = await server.connect('ana', kept)
    await ana.subscribe('room', { qos: 1 })
    for (let hours = 0; hours < 48; hours++) {
      server.clock.advance(dayMs / 24)
      expect(await ana.heard()).toEqual([])
    }
    await say(await server.connect('ben'), 'room', 'hello')
    await expectMessages(ana, 'hello')
    await ana.vanish()
    const back = await server.connect('ana', kept)
    expect(back.connack.sessionPresent).toBe(true)
    await expectMessages(back, 'hello')
  })

  it('[MQTT-4.4.0-1] what was sent comes again, in order, after what it was sent by breaks, and not before', async () => {
    const server = await house(longKeepAlive)
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben', plain)]
    await ana.subscribe('room', { qos: 2 })
    await say(ben, 'room', 'one')
    for (const text of ['two', 'three']) await sayOnce(ben, 'room', text)
    const sent = await expectMessages(ana, 'one', 'two', 'three')
    ana.send({ type: 'pubrec', packetId: sent[2]?.packetId ?? 0, reasonCode: 0 })
    await ana.expect('pubrel')
    for (let hours = 0; hours < 24; hours++) {
      server.clock.advance(dayMs / 24)
      expect(await ana.heard()).toEqual([])
    }
    await ana.vanish()
    const back = await server.connect('ana', kept)
    const again = await expectMessages(back, 'one', 'two')
    expect(again.map(({ dup }) => dup)).toEqual([true, true])
    expect(again.map(({ packetId }) => packetId)).toEqual(sent.slice(0, 2).map(({ packetId }) => packetId))
    expect(await back.expect('pubrel')).toMatchObject({ packetId: sent[2]?.packetId })
    expect(await back.heard()).toEqual([])
  })

  it('[MQTT-4.5.0-1] gets every message of QoS 1 and 2 that a subscription of it takes in, there or not', async () => {
    const server = await house()
    const [there, away] = [await server.connect('there', kept), await server.connect('away', kept)]
    for (const peer of [there, away]) for (const filter of ['a/+', 'b']) await peer.subscribe(filter, { qos: 2 })
    await away.vanish()
    const ben = await server.connect('ben', plain)
    for (const topic of ['a/1', 'b', 'a/1/2', 'c']) {
      await say(ben, topic, `${topic} at least once`)
      await sayOnce(ben, topic, `${topic} exactly once`)
    }
    const expected = ['a/1 at least once', 'a/1 exactly once', 'b at least once', 'b exactly once']
    expect(await there.messages()).toEqual(expected)
    const later = await restarted(server)
    expect(await (await later.connect('away', kept)).messages()).toEqual(expected)
  })
})

describe.each(bothVersions)('4.6 Message ordering in $name', ({ kept, plain }) => {
  const texts = Array.from({ length: 30 }, (_, i) => String(i))
  const topics = ['a', 'b'] as const
  const levels = [0, 1, 2] as const

  it.each([
    ['a client that is there', plain],
    ['a session that is kept', kept],
  ])('[MQTT-4.6.0-5] [MQTT-4.6.0-6] is that of each topic and QoS, for %s', async (_, fields) => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', fields), await server.connect('ben', plain)]
    await ana.subscribe('#', { qos: 2 })
    texts.forEach((text, i) => {
      ben.publish(topics[i % 2] ?? 'a', text, { qos: levels[i % 3] ?? 0, packetId: i + 1 })
    })
    await ben.heard()
    const heard = (await ana.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet] : []))
    for (const topic of topics)
      for (const qos of levels) {
        const sent = texts.filter((_, i) => topics[i % 2] === topic && levels[i % 3] === qos)
        expect(heard.filter((packet) => packet.topic === topic && packet.qos === qos).map(textOf)).toEqual(sent)
      }
  })

  it('[MQTT-4.6.0-2] [MQTT-4.6.0-3] is kept by the server’s PUBACK and PUBREC', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben', plain)]
    await ana.subscribe('a', { qos: 2 })
    // Some have to be stored, and others have not.
    texts.forEach((text, i) => {
      ben.publish(topics[i % 2] ?? 'a', text, { qos: i % 3 === 0 ? 1 : 2, packetId: i + 1 })
    })
    const answered = (await Promise.all(texts.map(() => ben.next()))).map(
      (packet) => packet && [packet.type, packetIdOf(packet)],
    )
    expect(answered).toEqual(texts.map((_, i) => [i % 3 === 0 ? 'puback' : 'pubrec', i + 1]))
  })

  it('[MQTT-4.6.0-4] is that of PUBREC in the server’s PUBREL', async () => {
    const server = await house()
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben', plain)]
    await ana.subscribe('a', { qos: 2 })
    for (const text of texts) await sayOnce(ben, 'a', text)
    const sent = (await expectMessages(ana, ...texts)).map(({ packetId = 0 }) => packetId).reverse()
    for (const packetId of sent) ana.send({ type: 'pubrec', packetId, reasonCode: 0 })
    const released = await Promise.all(texts.map(() => ana.expect('pubrel')))
    expect(released.map(packetIdOf)).toEqual(sent)
  })

  it.each([1, 2] as const)('[MQTT-4.6.0-5] is kept at QoS %i through a queue and a broken connection', async (qos) => {
    const server = await house({ accountLimits: { perConnection: { inflight: 4 } } })
    const [ana, ben] = [await server.connect('ana', kept), await server.connect('ben', plain)]
    await ana.subscribe('a', { qos })
    await ana.vanish()
    for (const text of texts) await (qos === 1 ? say(ben, 'a', text) : sayOnce(ben, 'a', text))
    const first = await server.connect('ana', kept)
    await expectMessages(first, ...texts.slice(0, 4))
    await first.vanish()
    const back = await server.connect('ana', kept)
    const heard: string[] = []
    while (heard.length < texts.length) {
      const packet = await back.next()
      if (packet?.type === 'publish') heard.push(textOf(packet))
      const answer = packet && answers[packet.type]
      if (answer && 'packetId' in packet)
        back.send({ type: answer(qos), packetId: packet.packetId ?? 0, reasonCode: 0 })
    }
    expect(heard).toEqual(texts)
  })
})

const packetIdOf = (packet: Packet) => ('packetId' in packet ? packet.packetId : undefined)

/** What a client says to what the server sends. */
const answers: Partial<Record<Packet['type'], (qos: 1 | 2) => 'puback' | 'pubrec' | 'pubcomp'>> = {
  publish: (qos) => (qos === 1 ? 'puback' : 'pubrec'),
  pubrel: () => 'pubcomp',
}
