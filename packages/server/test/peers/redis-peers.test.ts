import { systemClock } from '@daakia/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { MembersNews } from '../../src/peers/port.js'
import { RedisPeers } from '../../src/peers/redis-peers.js'
import { RedisLink } from '../../src/redis/link.js'
import { Nodes } from '../../src/redis/nodes/nodes.js'
import { ownPrefix, sharedRedis, startRedis } from '../support/redis/index.js'

let names = 0
const join = async (link: RedisLink, leaseMs = 60_000) => {
  const nodes = await Nodes.join({ link, clock: systemClock, node: `node-${++names}`, leaseMs })
  return { nodes, peers: await RedisPeers.open({ link, nodes }) }
}

/** What a node hears of one kind, until something is among it. */
const listen = (peers: RedisPeers, kind = 'test') => {
  const heard: unknown[] = []
  let wake = () => {}
  const took = (what: unknown) => {
    heard.push(what)
    wake()
  }
  const letters = peers.open<unknown>(kind, {
    hear: (letter, from) => took({ letter, from }),
    missed: () => took('missed'),
  })
  const until = async (count: number) => {
    while (heard.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard
  }
  return { letters, heard, until }
}

const changeOf = (peers: RedisPeers, found: (news: MembersNews) => boolean) =>
  new Promise<MembersNews>((resolve) => {
    const stop = peers.onChange((news) => {
      if (!found(news)) return
      stop()
      resolve(news)
    })
  })

describe('letters between nodes', () => {
  const redis = sharedRedis()

  test('what is told to all and what is sent to one arrive in the order of writing, and not at the writer', async () => {
    const prefix = ownPrefix()
    const [one, two, three] = [
      await join(await redis.link({ prefix })),
      await join(await redis.link({ prefix })),
      await join(await redis.link({ prefix })),
    ]
    const [first, second, third] = [listen(one.peers), listen(two.peers), listen(three.peers)]
    const numbers = Array.from({ length: 2_500 }, (_, i) => i)
    for (const number of numbers) {
      if (number % 3 === 0) first.letters.tell(number)
      else first.letters.send(number % 3 === 1 ? two.peers.node : three.peers.node, number)
    }
    third.letters.send(one.peers.node, new Uint8Array([1, 2]))
    const from = one.peers.node
    const told = (rest: number) => numbers.filter((number) => number % 3 === 0 || number % 3 === rest)
    expect(await second.until(told(1).length)).toEqual(told(1).map((letter) => ({ letter, from })))
    expect(await third.until(told(2).length)).toEqual(told(2).map((letter) => ({ letter, from })))
    const [answer] = (await first.until(1)) as [{ letter: Uint8Array; from: string }]
    expect([[...answer.letter], answer.from]).toEqual([[1, 2], three.peers.node])
  })

  test('who has no listener for a kind does not hear it, and who stopped hears no more', async () => {
    const prefix = ownPrefix()
    const [one, two] = [await join(await redis.link({ prefix })), await join(await redis.link({ prefix }))]
    const [ours, theirs, end] = [listen(one.peers), listen(two.peers, 'other'), listen(two.peers, 'end')]
    const stopped = listen(two.peers)
    stopped.letters.close()
    ours.letters.tell('nobody hears this')
    one.peers.open('end', { hear() {}, missed() {} }).tell('end')
    await end.until(1)
    expect([theirs.heard, stopped.heard]).toEqual([[], []])
  })

  test('nodes learn who comes, who leaves, and who has died', async () => {
    const prefix = ownPrefix()
    const one = await join(await redis.link({ prefix }), 600)
    const came = changeOf(one.peers, ({ joined }) => joined.length > 0)
    const link = await redis.link({ prefix })
    const two = await join(link, 600)
    expect(await came).toEqual({ joined: [two.nodes.node], left: [] })
    expect([...one.peers.members].sort()).toEqual([one.nodes.node, two.nodes.node].sort())
    const gone = changeOf(one.peers, ({ left }) => left.length > 0)
    link.close()
    expect(await gone).toEqual({ joined: [], left: [two.nodes.node] })
    expect(one.peers.members).toEqual([one.nodes.node])
  })
})

test('when Redis was away every node is told that it may have missed letters: who asks again then learns all', async () => {
  const server = await startRedis()
  const prefix = ownPrefix()
  const links = [await RedisLink.open({ url: server.url, prefix }), await RedisLink.open({ url: server.url, prefix })]
  onTestFinished(async () => {
    for (const link of links) link.close()
    await server.remove()
  })
  const [one, two] = await Promise.all(links.map((link) => join(link)))
  if (!one || !two) throw new Error('There are two')
  const answers = one.peers.open<string>('test', {
    hear: (letter, from) => letter === 'asks' && answers.send(from, 'answers'),
    missed() {},
  })
  let isAway = true
  await new Promise<void>((resolve) => {
    const questions = two.peers.open<string>('test', {
      hear: (letter) => letter === 'answers' && !isAway && resolve(),
      missed: () => questions.tell('asks'),
    })
    void (async () => {
      await server.kill()
      questions.tell('asks')
      await server.start()
      isAway = false
    })()
  })
})
