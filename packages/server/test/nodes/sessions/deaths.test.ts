import type { Will } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { nodeHouses } from '../../support/node-houses.js'
import { textOf } from '../../support/peer.js'
import { storesOfNodes } from '../stores.js'
import { hears, isAway, kept, listed, returns, say, until } from './talk.js'

const willOf = (delaySeconds: number): Will => ({
  topic: 'gone',
  payload: new TextEncoder().encode('ana is gone'),
  qos: 1,
  retain: false,
  properties: { willDelayInterval: delaySeconds },
})

for (const [where, open] of Object.entries(storesOfNodes())) {
  const threeHouses = async () => {
    const stores = await open()
    const nodes = nodeHouses(() => stores.ofNode())
    return { ...nodes, one: await nodes.start(), two: await nodes.start(), three: await nodes.start() }
  }

  describe(`a node that dies, with what is stored ${where}`, () => {
    test('leaves to its sessions what it had not delivered, or was not told to be', async () => {
      const { one, two } = await threeHouses()
      const before = await one.connect('ana', { ...kept, properties: { ...kept.properties, receiveMaximum: 2 } })
      await before.subscribe('room', { qos: 1 })
      for (const text of ['1', '2', '3']) await say(two, 'room', text)
      await hears(before, '1')
      expect(textOf(await before.expect('publish'))).toBe('2')
      await one.die()
      await say(two, 'room', '4')
      const ana = await returns(two, 'ana')
      expect(ana.connack.sessionPresent).toBe(true)
      let next = await ana.expect('publish')
      // Whether it was acknowledged the node may not have stored any more.
      if (textOf(next) === '1') {
        expect(next.dup).toBe(true)
        next = await ana.expect('publish')
      }
      expect([textOf(next), next.dup]).toEqual(['2', true])
      await hears(ana, '3', '4')
    })

    test('has its sessions parted by one of the others, which all keep what is said to them', async () => {
      const { one, two, three } = await threeHouses()
      await (await one.connect('ana', kept)).subscribe('room', { qos: 1 })
      await one.die()
      for (const house of [two, three]) await isAway(house, 'ana')
      await say(three, 'room', 'hello')
      await hears(await returns(two, 'ana'), 'hello')
    })

    test('takes with it the sessions that end with their connections', async () => {
      const { one, two } = await threeHouses()
      await (await one.connect('ana')).subscribe('room', { qos: 1 })
      expect(await say(two, 'room', 'hello')).toBe(0)
      await one.die()
      expect(await say(two, 'room', 'hello')).toBe(0x10)
      expect((await listed(two)).filter((each) => each.startsWith('ana'))).toEqual([])
    })

    test('has the wills said of those that were connected to it, once, and where it is wanted later', async () => {
      const { one, two, three, clock } = await threeHouses()
      const watchers = [await two.connect('w2', kept), await three.connect('w3')]
      for (const watcher of watchers) await watcher.subscribe('gone', { qos: 1 })
      await one.connect('ana', { ...kept, will: willOf(0) })
      await one.connect('ben', { ...kept, will: { ...willOf(30), payload: new TextEncoder().encode('ben is gone') } })
      await one.die()
      for (const watcher of watchers) await hears(watcher, 'ana is gone')
      for (const house of [two, three]) await isAway(house, 'ben')
      clock.advance(29_000)
      for (const watcher of watchers) expect(await watcher.messages()).toEqual([])
      clock.advance(1_000)
      for (const watcher of watchers) await hears(watcher, 'ben is gone')
      // What the others do where the first one has not.
      clock.advance(10_000)
      await say(two, 'gone', 'nobody else')
      for (const watcher of watchers) await hears(watcher, 'nobody else')
    })

    test('does not have the delayed will said of who comes back in time', async () => {
      const { one, two, three, clock } = await threeHouses()
      const watcher = await three.connect('watcher')
      await watcher.subscribe('gone', { qos: 1 })
      await one.connect('ana', { ...kept, will: willOf(30) })
      await one.die()
      for (const house of [two, three]) await isAway(house, 'ana')
      clock.advance(20_000)
      const ana = await returns(two, 'ana')
      clock.advance(60_000)
      ana.publish('gone', 'I am here', { qos: 1, packetId: 1 })
      await hears(watcher, 'I am here')
    })

    test('which was to say a will leaves that to another', async () => {
      const { one, two, three, clock } = await threeHouses()
      const watcher = await three.connect('watcher')
      await watcher.subscribe('gone', { qos: 1 })
      const clients = ['a', 'b', 'c', 'd', 'e', 'f']
      for (const client of clients) {
        const will = { ...willOf(30), payload: new TextEncoder().encode(client) }
        await (await one.connect(client, { ...kept, will })).vanish()
      }
      for (const house of [two, three]) for (const client of clients) await isAway(house, client)
      await one.die()
      await two.die()
      clock.advance(30_000)
      const heard = new Set<string>()
      await until(async () => {
        for (const text of await watcher.messages()) heard.add(text)
        return heard.size === clients.length
      })
    })

    test('leaves what waits for a member of a shared subscription to the members on other nodes', async () => {
      const { one, two, three } = await threeHouses()
      const before = await one.connect('a', kept)
      await before.subscribe('$share/g/work', { qos: 1 })
      const texts = ['1', '2', '3', '4']
      for (const text of texts) await say(three, 'work', text)
      const other = await two.connect('b')
      await other.subscribe('$share/g/work', { qos: 1 })
      await one.die()
      const heard = new Set<string>()
      await until(async () => {
        for (const text of await other.messages()) heard.add(text)
        return heard.size === texts.length
      })
      await until(async () => {
        const [a] = await three.broker.desk.list({ vendor: 'dev', client: 'a' }, undefined, 1)
        return a?.queued === 0
      })
    })

    test('makes who publishes wait, and not for ever', async () => {
      const { one, two } = await threeHouses()
      await (await one.connect('ana')).subscribe('room', { qos: 1 })
      const ben = await two.connect('ben')
      one.peers.cutOff()
      ben.publish('room', 'hello', { qos: 1, packetId: 1 })
      expect(await ben.heard()).toEqual([])
      await one.die()
      expect((await ben.expect('puback')).reasonCode).toBe(0)
    })
  })

  describe(`a node that is cut off for a while, with what is stored ${where}`, () => {
    test('has lost nothing of QoS 1 that was published meanwhile, and got nothing twice', async () => {
      const { one, two, clock } = await threeHouses()
      const ana = await one.connect('ana')
      await ana.subscribe('room', { qos: 2 })
      const ben = await two.connect('ben')
      one.peers.cutOff()
      ben.publish('room', '1', { qos: 1, packetId: 1 })
      ben.publish('room', '2', { qos: 2, packetId: 2 })
      expect(await ben.heard()).toEqual([])
      one.peers.rejoin()
      await ben.expect('puback')
      await ben.expect('pubrec')
      clock.advance(3_000)
      await until(async () => (await say(two, 'room', '3')) === 0)
      expect(await ana.messages()).toEqual(['1', '2', '3'])
    })

    test('and was taken for dead, goes on with the sessions that are kept, and sends home who may have missed messages', async () => {
      const { one, two } = await threeHouses()
      const [ana, ben] = [await one.connect('ana', kept), await one.connect('ben')]
      for (const each of [ana, ben]) await each.subscribe('room', { qos: 1 })
      await one.peers.die()
      await isAway(two, 'ana')
      await say(two, 'room', 'meanwhile')
      one.peers.rejoin()
      expect((await ben.expect('disconnect')).reasonCode).toBe(0x89)
      await hears(ana, 'meanwhile')
      await until(async () => (await listed(two)).includes('ana is there'))
      await say(two, 'room', 'later')
      await hears(ana, 'later')
    })
  })

  test(`a server that was ended as a whole, with what is stored ${where}, goes on where it was`, async () => {
    const { one, two, three, start } = await threeHouses()
    await (await one.connect('ana', { ...kept, will: willOf(0) })).subscribe('room', { qos: 1 })
    const watcher = await two.connect('watcher', kept)
    await watcher.subscribe('gone', { qos: 1 })
    await say(two, 'room', 'hello')
    for (const house of [one, two, three]) await house.die()
    const next = await start()
    await hears(await returns(next, 'watcher'), 'ana is gone')
    const ana = await returns(next, 'ana')
    expect(ana.connack.sessionPresent).toBe(true)
    await hears(ana, 'hello')
  })
}
