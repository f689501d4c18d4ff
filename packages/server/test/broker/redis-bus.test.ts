import { describe, expect, onTestFinished, test } from 'vitest'
import type { Bus, BusNews } from '../../src/broker/port.js'
import { RedisBus } from '../../src/broker/redis-bus.js'
import { busContract } from '../../src/contracts.js'
import { RedisLink } from '../../src/redis/link.js'
import { startCluster } from '../support/redis/cluster.js'
import { ownPrefix, redisOfItsOwn, type SharedRedis, sharedRedis } from '../support/redis/index.js'

let nodes = 0
const busAt = async (link: RedisLink): Promise<RedisBus> => RedisBus.open({ link, node: `node-${++nodes}` })

const inbox = (client: string): BusNews => ({
  kind: 'inbox',
  vendor: 'acme',
  clients: [client],
  conversation: 'ana~bo',
})
const missed: BusNews = { kind: 'missed' }

/** What is heard, until a piece of news is among it. */
const listen = (bus: Bus) => {
  const heard: BusNews[] = []
  let wake = () => {}
  bus.subscribe((news) => {
    heard.push(news)
    wake()
  })
  const until = async (found: (news: BusNews) => boolean) => {
    while (!heard.some(found))
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard
  }
  return { heard, until, client: (name: string) => until((news) => news.kind === 'inbox' && news.clients[0] === name) }
}

const overRedis = (redis: SharedRedis) => {
  busContract({ describe, test }, async () => {
    const prefix = ownPrefix()
    const [subject, other] = [await busAt(await redis.link({ prefix })), await busAt(await redis.link({ prefix }))]
    const close = async () => {
      subject.close()
      other.close()
    }
    return { subject, other, close }
  })

  test('a message that is large stays where it is, and where inboxes have it is told', async () => {
    const prefix = ownPrefix()
    const [bus, other] = [await busAt(await redis.link({ prefix })), await busAt(await redis.link({ prefix }))]
    const { heard, client } = listen(other)
    const saying = (name: string, length: number): BusNews => ({
      ...{ kind: 'inbox', vendor: 'acme', clients: [name], conversation: 'ana~bo' },
      said: {
        ...{ seq: 1, places: [3] },
        message: { seq: 1, from: 'bo', id: 'b1', at: 1, type: 'text', payload: Buffer.alloc(length) },
      },
    })
    bus.publish(saying('ana', 1_024))
    bus.publish(saying('cem', 1_025))
    await client('cem')
    expect(heard).toEqual([
      saying('ana', 1_024),
      { kind: 'inbox', vendor: 'acme', clients: ['cem'], conversation: 'ana~bo', said: { seq: 1, places: [3] } },
    ])
  })

  test('a node hears its own news at once, and once, and what many nodes say in the order of each', async () => {
    const prefix = ownPrefix()
    const buses = await Promise.all([0, 1, 2].map(async () => busAt(await redis.link({ prefix }))))
    const listeners = buses.map(listen)
    const numbers = Array.from({ length: 3_000 }, (_, i) => i)
    for (const number of numbers) buses[number % 3]?.publish(inbox(`${number % 3}-${number}`))
    expect(listeners.map(({ heard }) => heard.length)).toEqual([1_000, 1_000, 1_000])
    for (const { heard, until } of listeners) {
      await until(() => heard.length >= 3_000)
      const clients = heard.map((news) => (news.kind === 'inbox' ? news.clients[0] : news.kind))
      expect(new Set(clients).size).toBe(3_000)
      for (const bus of [0, 1, 2]) {
        const own = clients.filter((client) => client?.startsWith(`${bus}-`)).map((client) => Number(client?.slice(2)))
        expect(own).toEqual(numbers.filter((number) => number % 3 === bus))
      }
    }
  })

  test('servers with other prefixes do not hear each other', async () => {
    const [one, two] = [await busAt(await redis.link()), await busAt(await redis.link())]
    const [first, second] = [listen(one), listen(two)]
    one.publish(inbox('one'))
    two.publish(inbox('two'))
    await Promise.all([first.client('one'), second.client('two')])
    expect([first.heard, second.heard]).toEqual([[inbox('one')], [inbox('two')]])
  })
}

describe('over one Redis', () => {
  overRedis(sharedRedis())

  test('where Redis was away every node is told that it may have missed something, and then hears again', async () => {
    const server = await redisOfItsOwn()
    const links = await Promise.all([0, 1].map(() => RedisLink.open({ url: server.url })))
    for (const link of links) onTestFinished(() => link.close())
    const [one, two] = (await Promise.all(links.map(busAt))) as [RedisBus, RedisBus]
    const [first, second] = [listen(one), listen(two)]
    await server.kill()
    one.publish(inbox('lost'))
    expect(first.heard).toEqual([inbox('lost')])
    // What is published before it hears again is lost, and it is told once more.
    two.subscribe((news) => news.kind === 'missed' && one.publish(inbox('later')))
    await server.start()
    await second.client('later')
    await first.until((news) => news.kind === 'missed')
    expect(second.heard).not.toContainEqual(inbox('lost'))
    expect(second.heard[0]).toEqual(missed)
  })
})

describe('over a Cluster', () => overRedis(sharedRedis(startCluster)))
