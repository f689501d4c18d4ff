import type { Packet, PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { type Peer, textOf } from '../../support/peer.js'
import { inMemory } from '../../support/storage.js'
import { acknowledge, bothVersions, expectMessages, house, restarted, say, sayOnce } from '../support.js'

const publishesOf = (packets: readonly Packet[]): PublishPacket[] =>
  packets.flatMap((packet) => (packet.type === 'publish' ? [packet] : []))

const step = (peer: Peer, type: 'pubrec' | 'pubrel' | 'pubcomp', { packetId = 0 }: { packetId?: number }): void =>
  peer.send({ type, packetId, reasonCode: 0 })

describe.each(bothVersions)('4.3 Quality of service in $name:', ({ plain, kept }) => {
  const listening = async (server: House, qos: 0 | 1 | 2, fields: typeof plain | typeof kept = kept) => {
    const peer = await server.connect('ana', fields)
    await peer.subscribe('room', { qos })
    return peer
  }

  /** A session that waits for its client, with a message of this QoS sent and not acknowledged. */
  const interrupted = async (server: House, qos: 1 | 2) => {
    const ana = await listening(server, qos)
    await sayOnce(await server.connect('ben'), 'room', 'hello')
    const [sent] = await expectMessages(ana, 'hello')
    await ana.vanish()
    return { packetId: sent?.packetId ?? 0 }
  }

  it('[MQTT-4.3.1-1] a message of QoS 0 goes out with DUP 0 and without a packet identifier', async () => {
    const server = await house()
    const ana = await listening(server, 0)
    await say(await server.connect('ben'), 'room', 'hello', { dup: true })
    expect(await ana.expect('publish')).toMatchObject({ qos: 0, dup: false })
    expect(await ana.heard()).toEqual([])
  })

  it.each([1, 2] as const)('[MQTT-4.3.2-1] [MQTT-4.3.3-1] every one of QoS %i has a free identifier', async (qos) => {
    const server = await house()
    const [ana, ben] = [await listening(server, qos, plain), await server.connect('ben')]
    for (let i = 0; i < 50; i++) await sayOnce(ben, 'room', String(i))
    const sent = publishesOf(await ana.heard())
    expect(new Set(sent.map(({ packetId }) => packetId)).size).toBe(50)
    for (const each of sent.slice(0, 10)) {
      if (qos === 1) acknowledge(ana, each)
      else for (const type of ['pubrec', 'pubcomp'] as const) step(ana, type, each)
    }
    for (let i = 0; i < 20; i++) await sayOnce(ben, 'room', String(i))
    const open = new Set(sent.slice(10).map(({ packetId }) => packetId))
    const more = publishesOf(await ana.heard())
    expect(more.filter(({ packetId }) => open.has(packetId))).toEqual([])
    expect(new Set(more.map(({ packetId }) => packetId)).size).toBe(20)
  })

  it('[MQTT-4.3.2-1] [MQTT-4.3.3-1] a new one takes no identifier of an earlier connection that is in use yet', async () => {
    const server = await house()
    const [ana, ben] = [await listening(server, 2), await server.connect('ben', plain)]
    await say(ben, 'room', 'one')
    for (const text of ['two', 'three']) await sayOnce(ben, 'room', text)
    const sent = await expectMessages(ana, 'one', 'two', 'three')
    step(ana, 'pubrec', sent[1] ?? {})
    await ana.expect('pubrel')
    await ana.vanish()
    const back = await server.connect('ana', kept)
    await back.heard()
    for (const text of ['four', 'five', 'six']) await say(ben, 'room', text)
    const packetIds = [...sent, ...(await expectMessages(back, 'four', 'five', 'six'))].map(({ packetId }) => packetId)
    expect(new Set(packetIds).size).toBe(6)
  })

  it.each([1, 2] as const)('[MQTT-4.3.2-2] [MQTT-4.3.3-2] one of QoS %i goes out with DUP 0', async (qos) => {
    const server = await house()
    const [ana, ben] = [await listening(server, qos), await server.connect('ben')]
    ben.publish('room', 'hello', { qos, packetId: 1, dup: true })
    expect(await ana.expect('publish')).toMatchObject({ qos, dup: false })
  })

  it('[MQTT-4.3.2-3] one of QoS 1 comes again until its PUBACK, and not after', async () => {
    const server = await house()
    const { packetId } = await interrupted(server, 1)
    for (let i = 0; i < 2; i++) {
      const back = await server.connect('ana', kept)
      expect(await back.expect('publish')).toMatchObject({ packetId, dup: true, qos: 1 })
      await back.vanish()
    }
    const last = await server.connect('ana', kept)
    acknowledge(last, await last.expect('publish'))
    await last.heard()
    await last.vanish()
    expect(await (await server.connect('ana', kept)).heard()).toEqual([])
  })

  it('[MQTT-4.3.2-4] one of QoS 1 to the server is answered with a PUBACK that has its identifier', async () => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    for (const packetId of [1, 77, 65_535])
      expect(await say(ana, 'room', 'x', { packetId })).toMatchObject({ packetId })
  })

  it('[MQTT-4.3.2-5] after PUBACK the same identifier is a new message, whatever DUP says', async () => {
    const server = await house()
    const [ana, ben] = [await listening(server, 1), await server.connect('ben', plain)]
    await say(ben, 'room', 'one', { packetId: 5 })
    await say(ben, 'room', 'two', { packetId: 5, dup: true })
    await expectMessages(ana, 'one', 'two')
  })

  it('[MQTT-4.3.3-3] one of QoS 2 comes again until its PUBREC', async () => {
    const server = await house()
    const { packetId } = await interrupted(server, 2)
    for (let i = 0; i < 2; i++) {
      const back = await server.connect('ana', kept)
      expect(await back.expect('publish')).toMatchObject({ packetId, dup: true, qos: 2 })
      await back.vanish()
    }
  })

  it('[MQTT-4.3.3-4] a PUBREC is answered with a PUBREL that has its identifier', async () => {
    const server = await house()
    const [ana, ben] = [await listening(server, 2), await server.connect('ben')]
    for (const text of ['one', 'two']) await sayOnce(ben, 'room', text)
    for (const sent of (await expectMessages(ana, 'one', 'two')).reverse()) {
      step(ana, 'pubrec', sent)
      expect(await ana.expect('pubrel')).toMatchObject({ packetId: sent.packetId, reasonCode: 0 })
    }
  })

  it('[MQTT-4.3.3-5] [MQTT-4.3.3-6] after PUBREC the PUBREL comes again until its PUBCOMP, the PUBLISH never', async () => {
    const server = await house()
    const { packetId } = await interrupted(server, 2)
    const back = await server.connect('ana', kept)
    await back.expect('publish')
    step(back, 'pubrec', { packetId })
    await back.expect('pubrel')
    await back.vanish()
    for (let i = 0; i < 2; i++) {
      const again = await server.connect('ana', kept)
      expect(await again.heard()).toEqual([{ type: 'pubrel', packetId, reasonCode: 0 }])
      if (i === 1) step(again, 'pubcomp', { packetId })
      await again.heard()
      await again.vanish()
    }
    expect(await (await server.connect('ana', kept)).heard()).toEqual([])
  })

  it('[MQTT-4.3.3-8] one of QoS 2 to the server is answered with a PUBREC that has its identifier', async () => {
    const server = await house()
    const ana = await server.connect('ana', plain)
    for (const packetId of [1, 77, 65_535]) {
      ana.publish('room', 'x', { qos: 2, packetId })
      expect(await ana.expect('pubrec')).toMatchObject({ packetId })
    }
  })

  it('[MQTT-4.3.3-10] until PUBREL the same identifier is the same message, and nobody gets it twice', async () => {
    const server = await house()
    const [ana, ben] = [await listening(server, 2), await server.connect('ben', plain)]
    for (const dup of [false, true, false, true]) {
      ben.publish('room', 'once', { qos: 2, packetId: 5, dup })
      expect(await ben.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: 0 })
    }
    await expectMessages(ana, 'once')
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-4.3.3-11] [MQTT-4.3.3-12] PUBREL is answered with PUBCOMP, and then the identifier is free', async () => {
    const server = await house()
    const [ana, ben] = [await listening(server, 1), await server.connect('ben', plain)]
    for (const [text, dup] of [
      ['one', false],
      ['two', true],
    ] as const) {
      ben.publish('room', text, { qos: 2, packetId: 5, dup })
      await ben.expect('pubrec')
      step(ben, 'pubrel', { packetId: 5 })
      expect(await ben.expect('pubcomp')).toMatchObject({ packetId: 5, reasonCode: 0 })
    }
    await expectMessages(ana, 'one', 'two')
  })

  it('(4.3.3) QoS 2 is exactly once, wherever connections break and the server stops between its steps', async () => {
    let server = await house({ storage: await inMemory() })
    await (await listening(server, 2)).vanish()
    const publisher = () => server.connect('ben', kept)
    const subscriber = () => server.connect('ana', kept)
    await (await publisher()).vanish()
    const heard: string[] = []
    for (const broken of ['publish', 'pubrec', 'pubrel', 'pubcomp']) {
      let ben = await publisher()
      ben.publish('room', broken, { qos: 2, packetId: 1 })
      if (broken !== 'publish') await ben.expect('pubrec')
      if (broken !== 'pubrec' && broken !== 'publish') step(ben, 'pubrel', { packetId: 1 })
      if (broken === 'pubcomp') await ben.expect('pubcomp')
      await ben.vanish()
      server = await restarted(server)
      ben = await publisher()
      if (broken === 'publish' || broken === 'pubrec') {
        ben.publish('room', broken, { qos: 2, packetId: 1, dup: true })
        await ben.expect('pubrec')
      }
      step(ben, 'pubrel', { packetId: 1 })
      await ben.expect('pubcomp')
      heard.push(await takeOnce(subscriber, broken))
    }
    expect(heard).toEqual(['publish', 'pubrec', 'pubrel', 'pubcomp'])
    expect(await (await subscriber()).heard()).toEqual([])
  })
})

/** Takes one message, losing the connection before or after one of its steps. Answers its text. */
const takeOnce = async (connect: () => Promise<Peer>, broken: string): Promise<string> => {
  let ana = await connect()
  let sent = await ana.expect('publish')
  if (broken === 'publish') {
    await ana.vanish()
    ana = await connect()
    sent = await ana.expect('publish')
  }
  step(ana, 'pubrec', sent)
  if (broken === 'pubrel') {
    await ana.expect('pubrel')
    await ana.vanish()
    ana = await connect()
  }
  await ana.expect('pubrel')
  step(ana, 'pubcomp', sent)
  expect(publishesOf(await ana.heard())).toEqual([])
  await ana.vanish()
  return textOf(sent)
}
