import { setImmediate as tick } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deferred } from '../../src/connection-manager/deferred.js'
import { Names } from '../../src/connection-manager/redis/names.js'
import { connectionsContract } from '../../src/contracts.js'
import { type Program, program } from '../support/child.js'
import { ManualClock } from '../support/manual-clock.js'
import { startCluster } from '../support/redis/cluster.js'
import { ownPrefix, type SharedRedis, sharedRedis } from '../support/redis/index.js'
import { type TestNode, testNode } from '../support/redis/node.js'

const name = { vendor: 'acme', client: 'ana', connection: 'phone' }

const open = (redis: SharedRedis) => async () => {
  const { connections } = await testNode(redis, { prefix: ownPrefix() })
  return { subject: connections, close: async () => connections.close() }
}

const nodesOf = async (redis: SharedRedis, count: number): Promise<TestNode[]> => {
  const prefix = ownPrefix()
  return Promise.all(Array.from({ length: count }, () => testNode(redis, { prefix })))
}

/** Ends its link, as a crash does. */
const crash = ({ link }: TestNode) => link.close()

/** As if Redis's time had passed the end of its lease. */
const expire = (at: TestNode, { nodes }: TestNode) => at.link.call('zadd', `${at.link.prefix}nodes`, 1, nodes.node)

const overRedis = (redis: SharedRedis) => {
  connectionsContract({ describe, test }, open(redis))

  test('a name goes to another node when the one that had it has settled', async () => {
    const [one, two] = (await nodesOf(redis, 2)) as [TestNode, TestNode]
    const steps: string[] = []
    const first = await one.connections.claim(name, async () => {
      steps.push('losing')
      await tick()
      steps.push('settled')
    })
    const second = await two.connections.claim(name, () => {})
    steps.push('claimed')
    expect(steps).toEqual(['losing', 'settled', 'claimed'])
    expect(second.fence).toBeGreaterThan(first.fence)
  })

  test('a connection that is gone when Redis has answered takes the name from nobody', async () => {
    const [one, two] = (await nodesOf(redis, 2)) as [TestNode, TestNode]
    const lost: string[] = []
    const first = await one.connections.claim(name, () => void lost.push('one'))
    const late = await two.connections.claim(
      name,
      () => {},
      () => true,
    )
    await two.connections.release(late)
    expect(lost).toEqual([])
    const third = await two.connections.claim(name, () => {})
    expect(lost).toEqual(['one'])
    expect(third.fence).toBeGreaterThan(first.fence)
  })

  test('a name that many nodes claim at once has one holder at a time, in the order of fences', async () => {
    const nodes = await nodesOf(redis, 3)
    const log: number[] = []
    let acting = 0
    let most = 0
    const claims = Array.from({ length: 30 }, async (_, i) => {
      const claim = await (nodes[i % 3] as TestNode).connections.claim(name, async () => {
        await tick()
        acting--
      })
      acting++
      most = Math.max(most, acting)
      log.push(claim.fence)
    })
    await Promise.all(claims)
    expect(most).toBe(1)
    expect(log).toHaveLength(30)
    expect(log).toEqual([...log].sort((a, b) => a - b))
  })

  test('a name that was given back on one node is free on the other', async () => {
    const [one, two] = (await nodesOf(redis, 2)) as [TestNode, TestNode]
    const lost: string[] = []
    const first = await one.connections.claim(name, () => void lost.push('one'))
    await one.connections.release(first)
    const second = await two.connections.claim(name, () => void lost.push('two'))
    await one.connections.release(first)
    expect(second.fence).toBeGreaterThan(first.fence)
    expect(lost).toEqual([])
    expect((await one.connections.claim(name, () => {})).fence).toBeGreaterThan(second.fence)
    expect(lost).toEqual(['two'])
  })

  test('a holder on another node that fails while it loses the name fails the claim, and the name is free', async () => {
    const [one, two] = (await nodesOf(redis, 2)) as [TestNode, TestNode]
    await one.connections.claim(name, () => Promise.reject(new Error('broken')))
    await expect(two.connections.claim(name, () => {})).rejects.toThrow(/could not end .*broken/)
    await two.connections.claim(name, () => {})
  })

  test('a node that has died gives up its names when its lease is over', async () => {
    const [one, two] = (await nodesOf(redis, 2)) as [TestNode, TestNode]
    await one.connections.claim(name, () => {})
    crash(one)
    await expire(two, one)
    await two.connections.claim(name, () => {})
  })

  test('who was about to take a name, and died, leaves the one before it to be asked', async () => {
    const [one, two, three] = (await nodesOf(redis, 3)) as [TestNode, TestNode, TestNode]
    const steps: string[] = []
    const [losing, blocked] = [deferred(), deferred()]
    await one.connections.claim(name, async () => {
      losing.resolve()
      await blocked.promise
      steps.push('one')
    })
    void two.connections.claim(name, () => {})
    await losing.promise
    crash(two)
    await expire(three, two)
    const third = three.connections.claim(name, () => {}).then(() => steps.push('three'))
    // Long enough for who is not made to wait.
    for (let i = 0; i < 20; i++) await three.link.call('ping')
    blocked.resolve()
    await third
    expect(steps).toEqual(['one', 'three'])
  })

  test('a node whose lease was over is told which of its names were taken, and keeps the others', async () => {
    const prefix = ownPrefix()
    const clock = new ManualClock()
    const one = await testNode(redis, { prefix, clock })
    const two = await testNode(redis, { prefix })
    const lost: string[] = []
    const taken = deferred()
    await one.connections.claim(name, () => taken.resolve())
    const laptop = { ...name, connection: 'laptop' }
    await one.connections.claim(laptop, () => void lost.push('laptop'))
    // What another node does at Redis while this one stands still.
    await new Names(two.link, 'two').claim(JSON.stringify(['acme', 'ana', 'phone']))
    await expire(two, one)
    clock.advance(one.nodes.leaseMs / 3)
    await taken.promise
    expect(lost).toEqual([])
    await two.connections.claim(laptop, () => {})
    expect(lost).toEqual(['laptop'])
  })
}

describe('over one Redis', () => {
  const redis = sharedRedis()
  overRedis(redis)

  test('a node that has not reached Redis for a while takes no names', async () => {
    const clock = new ManualClock()
    const { connections, link, nodes } = await testNode(redis, { prefix: ownPrefix(), clock })
    link.close()
    clock.advance(nodes.leaseMs)
    await expect(connections.claim(name, () => {})).rejects.toMatchObject({ name: 'RedisError', reason: 'away' })
  })

  describe('in processes of their own', () => {
    const leaseMs = 1_000
    let node: Program
    beforeAll(async () => {
      node = await program('connection-manager/fixtures/node.ts')
    })
    afterAll(() => node.remove())

    const started = async () => {
      const prefix = ownPrefix()
      const other = node.start(redis.url, prefix, String(leaseMs), JSON.stringify(name))
      expect((await other.lines.next()).value).toBe('claimed')
      return { other, here: await testNode(redis, { prefix, leaseMs }) }
    }
    const alive = ({ nodes }: TestNode, pid: number) => nodes.isAlive(`process-${pid}`)

    test('one that is killed gives up its name when its lease is over', async () => {
      const { other, here } = await started()
      await other.kill()
      await here.connections.claim(name, () => {})
      expect(await alive(here, other.pid)).toBe(false)
    })

    test('one that stood still is waited for as long as its lease lasts, and hears what it has lost when it goes on', async () => {
      const { other, here } = await started()
      other.signal('SIGSTOP')
      const lost: string[] = []
      await here.connections.claim(name, () => void lost.push('here'))
      expect(await alive(here, other.pid)).toBe(false)
      other.signal('SIGCONT')
      expect((await other.lines.next()).value).toBe('lost')
      expect(lost).toEqual([])
    })
  })
})

describe('over a Cluster', () => overRedis(sharedRedis(startCluster)))
