import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { type Peer, subscriptionRequest, textOf } from '../../support/peer.js'
import { inMemory } from '../../support/storage.js'
import { acknowledge, expectMessages, house, kept, restarted, say, sayOnce } from '../support.js'

const filter = '$share/crew/jobs/#'

const member = async (server: House, name: string, qos: 1 | 2 = 1, fields = {}) => {
  const peer = await server.connect(name, fields)
  await peer.subscribe(filter, { qos })
  return peer
}

const stickyMember = async (server: House, name: string, sticky: string, fields = {}) => {
  const peer = await server.connect(name, fields)
  peer.send({
    type: 'subscribe',
    packetId: 9,
    subscriptions: [subscriptionRequest(filter, { qos: 1 })],
    properties: { userProperties: [['sticky', sticky]] },
  })
  return Object.assign(peer, { suback: await peer.expect('suback') })
}

/** The texts that each of them is sent, acknowledged. */
const shares = async (...members: Peer[]): Promise<string[][]> => {
  const heard = []
  for (const each of members) {
    const packets = (await each.heard()).flatMap((packet) => (packet.type === 'publish' ? [packet] : []))
    for (const packet of packets) acknowledge(each, packet)
    heard.push(packets.map(textOf))
  }
  return heard
}

describe('4.8.2 Shared subscriptions: a filter', () => {
  it('[MQTT-4.8.2-1] [MQTT-4.8.2-2] names a group of one character or more, without wildcards, and a filter', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    expect(await ana.subscribe('$share/g/a')).toEqual([ReasonCode.Success])
    for (const wrong of ['$share//a', '$share/g', '$share/g/', '$share/+/a', '$share/g#/a', '$share/'])
      expect([wrong, await ana.subscribe(wrong)]).toEqual([wrong, [ReasonCode.TopicFilterInvalid]])
  })

  it('[MQTT-3.8.3-4] with No Local is a protocol error', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    ana.sendBytes(Uint8Array.of(0x82, 16, 0, 1, 0, 0, 10, ...Buffer.from('$share/g/a'), 0x04))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
  })
})

describe('4.8.2 Shared subscriptions: a message', () => {
  it('[MQTT-4.8.2-3] comes with the QoS that its member was granted', async () => {
    const server = await house()
    const low = await member(server, 'low', 1)
    const high = await member(server, 'high', 2)
    const ben = await server.connect('ben')
    await sayOnce(ben, 'jobs/1', 'one')
    await sayOnce(ben, 'jobs/2', 'two')
    const [first, second] = [await low.expect('publish'), await high.expect('publish')]
    expect([first.qos, second.qos]).toEqual([1, 2])
  })

  it('that a member had not acknowledged when its connection broke goes to another, as new, in order', async () => {
    const server = await house()
    const gone = await member(server, 'gone')
    const ben = await server.connect('ben')
    for (const text of ['one', 'two', 'three']) await say(ben, 'jobs/a', text)
    const [one] = await expectMessages(gone, 'one', 'two', 'three')
    if (one) acknowledge(gone, one)
    await gone.heard()
    const next = await member(server, 'next')
    await gone.vanish()
    const again = await expectMessages(next, 'two', 'three')
    expect(again.map(({ dup }) => dup)).toEqual([false, false])
  })

  it('that waits for room at a member goes to another with it, also of QoS 2', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 2, { properties: { receiveMaximum: 1 } })
    const ben = await server.connect('ben')
    for (const text of ['sent', 'waiting']) await sayOnce(ben, 'jobs/a', text)
    await expectMessages(gone, 'sent')
    const next = await member(server, 'next', 2)
    await gone.vanish()
    expect(await next.messages()).toEqual(['waiting'])
  })

  it('[MQTT-4.8.2-5] of QoS 2 whose delivery had begun goes to nobody else when the session ends', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 2, kept)
    const next = await member(server, 'next', 2)
    const ben = await server.connect('ben')
    for (const text of ['one', 'two']) await sayOnce(ben, 'jobs/a', text)
    await expectMessages(gone, 'one')
    await expectMessages(next, 'two')
    await gone.vanish()
    await server.connect('gone')
    expect(await next.messages()).toEqual([])
  })

  it('[MQTT-4.8.2-4] of QoS 2 whose delivery had begun is completed when its member is back', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 2, kept)
    const ben = await server.connect('ben')
    await sayOnce(ben, 'jobs/a', 'one')
    const [sent] = await expectMessages(gone, 'one')
    const next = await member(server, 'next', 2)
    await gone.vanish()
    const back = await server.connect('gone', kept)
    const [again] = await expectMessages(back, 'one')
    expect(again).toMatchObject({ dup: true, packetId: sent?.packetId })
    expect(await next.messages()).toEqual([])
  })

  it('[MQTT-4.8.2-6] that a member refuses goes to nobody else', async () => {
    const server = await house()
    const picky = await member(server, 'picky', 2)
    const other = await member(server, 'other', 2)
    const ben = await server.connect('ben')
    await say(ben, 'jobs/a', 'first')
    await sayOnce(ben, 'jobs/a', 'second')
    const sent = await picky.expect('publish')
    acknowledge(picky, sent, ReasonCode.UnspecifiedError)
    const held = await other.expect('publish')
    other.send({ type: 'pubrec', packetId: held.packetId ?? 0, reasonCode: ReasonCode.UnspecifiedError })
    await other.heard()
    await picky.vanish()
    expect(await other.messages()).toEqual([])
  })

  it('that nobody else could take is lost with a session that is not kept, and said to nobody', async () => {
    const server = await house()
    const only = await member(server, 'only')
    const ben = await server.connect('ben')
    await say(ben, 'jobs/a', 'one')
    await expectMessages(only, 'one')
    await only.vanish()
    const late = await member(server, 'late')
    expect(await late.messages()).toEqual([])
  })
})

describe('4.8.2 Shared subscriptions: the queue of a session that is kept', () => {
  it('goes to another member that is there when its connection ends, sent and unsent alike', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 1, { ...kept, properties: { ...kept.properties, receiveMaximum: 1 } })
    const ben = await server.connect('ben')
    for (const text of ['sent', 'waiting']) await say(ben, 'jobs/a', text)
    await expectMessages(gone, 'sent')
    const next = await member(server, 'next')
    await gone.vanish()
    await expectMessages(next, 'sent', 'waiting')
    const back = await server.connect('gone', kept)
    expect(await back.messages()).toEqual([])
  })

  it('goes to the store of another that is kept, and survives the server there', async () => {
    const server = await house({ storage: await inMemory() })
    const gone = await member(server, 'gone', 1, kept)
    const ben = await server.connect('ben')
    for (const text of ['one', 'two']) await say(ben, 'jobs/a', text)
    await expectMessages(gone, 'one', 'two')
    const next = await member(server, 'next', 1, kept)
    await gone.vanish()
    await expectMessages(next, 'one', 'two')
    const later = await restarted(server)
    const back = await later.connect('next', kept)
    await expectMessages(back, 'one', 'two')
    expect(await (await later.connect('gone', kept)).messages()).toEqual([])
  })

  it('stays where nobody else is there, and goes to another when the session ends', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 1, { ...kept, properties: { sessionExpiryInterval: 60 } })
    const ben = await server.connect('ben')
    await say(ben, 'jobs/a', 'one')
    await expectMessages(gone, 'one')
    await gone.vanish()
    const late = await member(server, 'late')
    expect(await late.messages()).toEqual([])
    server.clock.advance(60_000)
    await expectMessages(late, 'one')
  })

  it('keeps what came by its other subscriptions', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 1, kept)
    await gone.subscribe('mine', { qos: 1 })
    const next = await member(server, 'next')
    const ben = await server.connect('ben')
    await say(ben, 'mine', 'mine')
    await expectMessages(gone, 'mine')
    await gone.vanish()
    expect(await next.messages()).toEqual([])
    const back = await server.connect('gone', kept)
    await expectMessages(back, 'mine')
  })

  it('loses what expires before it is handed over, and counts the wait of the rest', async () => {
    const server = await house()
    const gone = await member(server, 'gone', 1, kept)
    const ben = await server.connect('ben')
    await say(ben, 'jobs/a', 'short', { properties: { messageExpiryInterval: 5 } })
    await say(ben, 'jobs/a', 'long', { properties: { messageExpiryInterval: 60 } })
    await expectMessages(gone, 'short', 'long')
    const next = await member(server, 'next')
    server.clock.advance(10_000)
    await gone.vanish()
    const [long] = await expectMessages(next, 'long')
    expect(long?.properties?.messageExpiryInterval).toBe(50)
  })
})

describe('a sticky shared subscription', () => {
  const rooms = Array.from({ length: 40 }, (_, i) => `room-${i}`)

  const sayInAllRooms = async (server: House) => {
    const ben = await server.connect('ben')
    for (const room of rooms) await say(ben, `jobs/${room}`, room)
    await ben.disconnect()
  }

  it('keeps what has the same text at its level with one member', async () => {
    const server = await house()
    const members = [await stickyMember(server, 'one', '2'), await stickyMember(server, 'two', '2')]
    await sayInAllRooms(server)
    const first = await shares(...members)
    await sayInAllRooms(server)
    expect(await shares(...members)).toEqual(first)
    expect(first.every((share) => share.length > 0)).toBe(true)
  })

  it('moves only what a member had that has gone, or gets that has come', async () => {
    const server = await house()
    const members = [await stickyMember(server, 'one', '2'), await stickyMember(server, 'two', '2')]
    await sayInAllRooms(server)
    const [one = []] = await shares(...members)
    const third = await stickyMember(server, 'three', '2')
    await sayInAllRooms(server)
    const [oneOfThree = [], , three = []] = await shares(...members, third)
    expect(one.filter((room) => !oneOfThree.includes(room)).every((room) => three.includes(room))).toBe(true)
    expect(three.length).toBeGreaterThan(0)
    await third.vanish()
    await sayInAllRooms(server)
    expect((await shares(...members))[0]).toEqual(one)
  })

  it('gives what a member leaves behind to the one who gets that text from now on', async () => {
    const server = await house()
    const one = await stickyMember(server, 'one', '2')
    const ben = await server.connect('ben')
    await say(ben, 'jobs/a', 'before')
    await expectMessages(one, 'before')
    const rest = [await stickyMember(server, 'two', '2'), await stickyMember(server, 'three', '2')]
    await one.vanish()
    await say(ben, 'jobs/a', 'after')
    expect((await shares(...rest)).sort()).toEqual([[], ['before', 'after']])
  })

  it('takes a topic without that level as one with an empty text there', async () => {
    const server = await house()
    const members = [await stickyMember(server, 'one', '7'), await stickyMember(server, 'two', '7')]
    await sayInAllRooms(server)
    expect((await shares(...members)).map((share) => share.length).sort()).toEqual([0, rooms.length])
  })

  it('is sticky again after a restart', async () => {
    const server = await house({ storage: await inMemory() })
    const names = ['one', 'two']
    const members = await Promise.all(names.map((name) => stickyMember(server, name, '2', kept)))
    await sayInAllRooms(server)
    const before = await shares(...members)
    await Promise.all(members.map((each) => each.heard()))
    const later = await restarted(server)
    const back = await Promise.all(names.map((name) => later.connect(name, kept)))
    await sayInAllRooms(later)
    expect(await shares(...back)).toEqual(before)
  })

  it.each(['0', 'x', '-1', '1.5', ''])('by level %j is refused', async (level) => {
    const server = await house()
    const ana = await stickyMember(server, 'ana', level)
    expect(ana.suback.reasonCodes).toEqual([ReasonCode.ImplementationSpecificError])
    expect(ana.suback.properties?.reasonString).toContain('sticky')
  })
})
