import { describe, expect, test } from 'vitest'
import { nodeHouses } from '../../support/node-houses.js'
import { textOf } from '../../support/peer.js'
import { storesOfNodes } from '../stores.js'
import { hears, isAway, kept, listed, returns, say, until } from './talk.js'

for (const [where, open] of Object.entries(storesOfNodes())) {
  const houses = async () => {
    const stores = await open()
    return nodeHouses(() => stores.ofNode())
  }
  const twoHouses = async () => {
    const nodes = await houses()
    return { ...nodes, one: await nodes.start(), two: await nodes.start() }
  }

  describe(`several nodes, with what is stored ${where}`, () => {
    test.each([0, 1, 2] as const)('a publish reaches who has subscribed at QoS %i on another node', async (qos) => {
      const { one, two } = await twoHouses()
      const [ana, ben] = [await one.connect('ana'), await two.connect('ben')]
      expect(await ana.subscribe('room/+', { qos, identifier: 7 })).toEqual([qos])
      ben.publish('room/a', 'hello', { qos, packetId: 3, properties: { contentType: 'text/plain' } })
      const [packet] = await hears(ana, 'hello')
      expect(packet).toMatchObject({ topic: 'room/a', qos, retain: false })
      expect(packet?.properties).toEqual({ contentType: 'text/plain', subscriptionIdentifiers: [7] })
    })

    test('what is published on one node right after a SUBACK on another arrives', async () => {
      const { one, two } = await twoHouses()
      const [ana, ben] = [await one.connect('ana'), await two.connect('ben')]
      for (let i = 0; i < 20; i++) {
        await ana.subscribe(`room/${i}`)
        ben.publish(`room/${i}`, `${i}`)
        await hears(ana, `${i}`)
      }
    })

    test('who has unsubscribed hears no more, and a publisher is told that there is nobody', async () => {
      const { one, two } = await twoHouses()
      const ana = await one.connect('ana')
      await ana.subscribe('room', { qos: 1 })
      expect(await say(two, 'room', 'first')).toBe(0)
      await hears(ana, 'first')
      ana.send({ type: 'unsubscribe', packetId: 9, filters: ['room'] })
      await ana.expect('unsuback')
      // Not waited for: it may take a letter or two.
      await until(async () => (await say(two, 'room', 'later')) === 0x10)
      await ana.disconnect()
    })

    test('a node that comes later knows what was subscribed to before, and what was left by then', async () => {
      const nodes = await houses()
      const one = await nodes.start()
      const [ana, away] = [await one.connect('ana'), await one.connect('away', kept)]
      for (const each of [ana, away]) await each.subscribe('room', { qos: 1 })
      await away.disconnect()
      const two = await nodes.start()
      expect(await say(two, 'room', 'hello')).toBe(0)
      await hears(ana, 'hello')
      await hears(await returns(two, 'away'), 'hello')
    })

    test('a retained message is found, changed and removed on any node', async () => {
      const { one, two } = await twoHouses()
      await say(one, 'state', 'old', 1, true)
      await say(two, 'state', 'new', 1, true)
      const ana = await one.connect('ana')
      await ana.subscribe('state')
      expect((await hears(ana, 'new'))[0]?.retain).toBe(true)
      await say(one, 'state', '', 1, true)
      const ben = await two.connect('ben')
      await ben.subscribe('state')
      expect(await ben.messages()).toEqual([])
    })

    test('who has left a session finds it on another node, with all that was said meanwhile, in order', async () => {
      const { one, two } = await twoHouses()
      const before = await one.connect('ana', kept)
      await before.subscribe('room', { qos: 2 })
      await before.disconnect()
      for (const [i, house] of [one, two, one, two].entries()) await say(house, 'room', `${i}`)
      const ana = await returns(two, 'ana')
      expect(ana.connack.sessionPresent).toBe(true)
      await hears(ana, '0', '1', '2', '3')
      await ana.disconnect()
      expect(await (await returns(one, 'ana')).messages()).toEqual([])
    })

    test('what is said to a session while it goes from node to node arrives once', async () => {
      const { one, two } = await twoHouses()
      await (await one.connect('ana', kept)).subscribe('room', { qos: 1 })
      const ben = await two.connect('ben')
      const texts = Array.from({ length: 60 }, (_, i) => `${i}`)
      const heard = new Set<string>()
      const speaking = (async () => {
        for (const [i, text] of texts.entries()) {
          ben.publish('room', text, { qos: 1, packetId: i + 1 })
          await ben.expect('puback')
        }
      })()
      for (let turn = 0; heard.size < texts.length; turn++) {
        const ana = await returns(turn % 2 === 0 ? two : one, 'ana')
        for (let left = 9; left > 0 && heard.size < texts.length; left--) {
          const packet = await ana.expect('publish')
          // Acknowledged at once, it is in doubt only where that has not arrived.
          if (heard.has(textOf(packet))) expect(packet.dup).toBe(true)
          heard.add(textOf(packet))
          ana.send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0 })
        }
      }
      await speaking
      expect([...heard]).toEqual(texts)
    })

    test('a connection on one node ends the one that another node has under its name', async () => {
      const { one, two } = await twoHouses()
      const before = await one.connect('ana', kept)
      await before.subscribe('room', { qos: 1 })
      const ana = await returns(two, 'ana')
      expect(ana.connack.sessionPresent).toBe(true)
      expect((await before.expect('disconnect')).reasonCode).toBe(0x8e)
      await say(one, 'room', 'hello')
      await hears(ana, 'hello')
    })

    test('a QoS 2 message that one node took half goes on on another, and is taken once', async () => {
      const { one, two } = await twoHouses()
      const ana = await one.connect('ana')
      await ana.subscribe('room', { qos: 2 })
      const before = await one.connect('ben', kept)
      before.publish('room', 'once', { qos: 2, packetId: 5 })
      await before.expect('pubrec')
      await ana.expect('publish')
      await before.vanish()
      const ben = await returns(two, 'ben')
      ben.publish('room', 'once', { qos: 2, packetId: 5, dup: true })
      await ben.expect('pubrec')
      ben.send({ type: 'pubrel', packetId: 5, reasonCode: 0 })
      expect((await ben.expect('pubcomp')).reasonCode).toBe(0)
      expect(await ana.messages()).toEqual([])
    })

    test('a QoS 2 message that one node has half delivered is delivered to its end by another', async () => {
      const { one, two } = await twoHouses()
      const before = await one.connect('ana', kept)
      await before.subscribe('room', { qos: 2 })
      await say(two, 'room', 'once', 2)
      const { packetId = 0 } = await before.expect('publish')
      before.send({ type: 'pubrec', packetId, reasonCode: 0 })
      await before.expect('pubrel')
      const ana = await returns(two, 'ana')
      expect((await ana.expect('pubrel')).packetId).toBe(packetId)
      ana.send({ type: 'pubcomp', packetId, reasonCode: 0 })
      expect(await ana.messages()).toEqual([])
    })

    test('members of a shared subscription on several nodes take turns, wherever is published', async () => {
      const { one, two } = await twoHouses()
      const members = [await one.connect('a'), await two.connect('b')]
      for (const member of members) await member.subscribe('$share/g/work', { qos: 1 })
      for (let i = 0; i < 6; i++) await say(i % 2 === 0 ? one : two, 'work', `${i}`)
      const heard = [await members[0]?.messages(), await members[1]?.messages()]
      expect(heard.flat().sort()).toEqual(['0', '1', '2', '3', '4', '5'])
      for (const texts of heard) expect(texts?.length).toBeGreaterThan(1)
    })

    test('sessions of all nodes are listed and ended on any of them', async () => {
      const { one, two } = await twoHouses()
      const [ana, ben] = [await one.connect('ana', kept), await two.connect('ben', kept)]
      await (await one.connect('away', kept)).disconnect()
      const all = ['ana is there', 'away is away', 'ben is there']
      for (const house of [one, two]) await until(async () => (await listed(house)).join() === all.join())
      const how = { by: 'operator', forget: true }
      expect(await two.broker.desk.end({ vendor: 'dev', client: 'ana' }, how)).toBe(1)
      expect((await ana.expect('disconnect')).reasonCode).toBe(0x98)
      expect(await two.broker.desk.end({ vendor: 'dev', client: 'away' }, how)).toBe(1)
      expect([await listed(one), await listed(two)]).toEqual([['ben is there'], ['ben is there']])
      expect((await returns(two, 'away')).connack.sessionPresent).toBe(false)
      await ben.disconnect()
    })

    test('a session is over for all nodes when its time is', async () => {
      const { one, two, clock } = await twoHouses()
      const short = { cleanStart: false, properties: { sessionExpiryInterval: 60 } }
      const ana = await one.connect('ana', short)
      await ana.subscribe('room', { qos: 1 })
      await ana.disconnect()
      for (const house of [one, two]) await isAway(house, 'ana')
      expect(await say(two, 'room', 'hello')).toBe(0)
      clock.advance(61_000)
      for (const house of [one, two]) await until(async () => (await say(house, 'room', 'later')) === 0x10)
      expect((await two.connect('ana', short)).connack.sessionPresent).toBe(false)
    })
  })
}
