import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { RedisLink } from '../../src/redis/link.js'
import { Nodes } from '../../src/redis/nodes/nodes.js'
import { ManualClock } from '../support/manual-clock.js'
import { openLink, ownPrefix, redisOfItsOwn, sharedRedis } from '../support/redis/index.js'

const redis = sharedRedis()
const leaseMs = 60_000

const join = async (node: string, prefix: string, clock = new ManualClock()) => {
  const link = await redis.link({ prefix, clock })
  return { link, clock, nodes: await Nodes.join({ link, clock, node, leaseMs }) }
}

/** As if Redis's time had passed the end of the node's lease. */
const expire = (link: RedisLink, node: string) => link.call('zadd', `${link.prefix}nodes`, 1, node)

describe('nodes', () => {
  test('know each other, and who has left', async () => {
    const prefix = ownPrefix()
    const one = await join('one', prefix)
    const two = await join('two', prefix)
    expect([...two.nodes.members].sort()).toEqual(['one', 'two'])
    expect(await two.nodes.isAlive('one')).toBe(true)
    await one.nodes.leave()
    expect(await two.nodes.isAlive('one')).toBe(false)
    expect(one.nodes.isCertain).toBe(false)
  })

  test('count one whose lease is over as dead', async () => {
    const prefix = ownPrefix()
    const one = await join('one', prefix)
    const two = await join('two', prefix)
    await expire(one.link, 'one')
    expect(await two.nodes.isAlive('one')).toBe(false)
    expect((await join('three', prefix)).nodes.members).not.toContain('one')
  })

  test('count nobody as dead where Redis has lost all leases, until others have had the time to take them anew', async () => {
    const prefix = ownPrefix()
    const one = await join('one', prefix)
    const two = await join('two', prefix)
    const left: string[] = []
    two.nodes.onChange((news) => left.push(...news.left))
    await two.link.call('del', `${prefix}nodes`)
    const lapsed = new Promise<void>((resolve) => void two.nodes.onLapse(resolve))
    two.clock.advance(leaseMs / 3)
    await lapsed
    expect(two.nodes.members).toContain('one')
    expect(await two.nodes.isAlive('one')).toBe(true)
    one.link.close()
    two.clock.advance(leaseMs)
    while (left.length === 0) await tick()
    expect(left).toEqual(['one'])
    expect(await two.nodes.isAlive('one')).toBe(false)
  })

  test('renew their leases, so that they do not end', async () => {
    const prefix = ownPrefix()
    const { nodes, link, clock } = await join('one', prefix)
    // Sooner over than any that is taken now.
    const before = Number(await link.call('zscore', `${prefix}nodes`, 'one')) - 1_000
    await link.call('zadd', `${prefix}nodes`, before, 'one')
    clock.advance(leaseMs / 3)
    let after = before
    while (after === before) after = Number(await link.call('zscore', `${prefix}nodes`, 'one'))
    expect(after).toBeGreaterThan(before)
    await tick()
    clock.advance(leaseMs - 1)
    expect(nodes.isCertain).toBe(true)
  })

  test('doubt their own once it may be over, before anybody has told them', async () => {
    const { nodes, link, clock } = await join('one', ownPrefix())
    link.close()
    clock.advance(leaseMs - 1)
    expect(nodes.isCertain).toBe(true)
    clock.advance(1)
    expect(nodes.isCertain).toBe(false)
  })

  test('are told when their lease was over before they renewed it', async () => {
    const { nodes, link, clock } = await join('one', ownPrefix())
    const lapsed = new Promise<void>((resolve) => void nodes.onLapse(resolve))
    await expire(link, 'one')
    clock.advance(leaseMs / 3)
    await lapsed
    expect(await nodes.isAlive('one')).toBe(true)
  })

  test('are told so too when only they themselves had doubts: an answer that was lost may have said it', async () => {
    const server = await redisOfItsOwn()
    const link = await openLink({ url: server.url, answerWithinMs: 200 })
    const clock = new ManualClock()
    const nodes = await Nodes.join({ link, clock, node: 'one', leaseMs })
    const lapsed = new Promise<void>((resolve) => void nodes.onLapse(resolve))
    server.pause()
    clock.advance(leaseMs / 3)
    await expect(link.call('ping')).rejects.toMatchObject({ reason: 'unsure' })
    clock.advance(leaseMs)
    expect(nodes.isCertain).toBe(false)
    server.resume()
    await lapsed
    expect(nodes.isCertain).toBe(true)
  })
})
