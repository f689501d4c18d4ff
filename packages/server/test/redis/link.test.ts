import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate as tick } from 'node:timers/promises'
import { type Clock, systemClock } from '@daakia/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RedisError } from '../../src/redis/errors.js'
import { type RedisAnswer, RedisLink } from '../../src/redis/link.js'
import { RedisScript } from '../../src/redis/script.js'
import { CollectedLog } from '../support/collected-log.js'
import { layCable } from '../support/redis/cable.js'
import { startCluster, untilState } from '../support/redis/cluster.js'
import echoSource from '../support/redis/echo.lua'
import { openLink, redisOfItsOwn, sharedRedis } from '../support/redis/index.js'
import { askRedis, type RedisProcess } from '../support/redis/process.js'
import { startSentinel } from '../support/redis/sentinel.js'

const echo = new RedisScript('echo', echoSource)
const text = (answer: RedisAnswer) => String(answer)

const back = (link: RedisLink) => new Promise<void>((resolve) => void link.onBack(resolve))

/** Collects what is heard in a channel. */
const hearing = async (link: RedisLink, channel: string) => {
  const heard: string[] = []
  let wake = () => {}
  const hear = (what: string) => {
    heard.push(what)
    wake()
  }
  const stop = await link.subscribe(channel, {
    hear: (message) => hear(String(message)),
    missed: () => hear('(missed)'),
  })
  const until = async (last: string) => {
    while (heard.at(-1) !== last)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return heard
  }
  return { heard, stop, until }
}

const failure = (promise: Promise<unknown>): Promise<RedisError> =>
  promise.then(
    () => expect.unreachable('it went well'),
    (error) => error,
  )

/** While another server takes a master's place, a command may fail; never otherwise than so. */
const eventuallySet = async (link: RedisLink, key: string): Promise<void> => {
  for (;;) {
    try {
      return void (await link.call('set', key, 1))
    } catch (error) {
      expect(['away', 'unsure']).toContain((error as RedisError).reason)
      await tick()
    }
  }
}

/** How long a link waits before it connects again; it does not have to. */
class Pauses {
  readonly taken: number[] = []
  readonly clock: Clock = {
    now: () => systemClock.now(),
    after: (delayMs, run, purpose) => {
      if (purpose !== 'reconnect') return systemClock.after(delayMs, run, purpose)
      this.taken.push(delayMs)
      return systemClock.after(0, run, purpose)
    },
  }
}

const refusal = (url: string) => failure(RedisLink.open({ url, answerWithinMs: 1_000 }))

const common = (redis: ReturnType<typeof sharedRedis>) => {
  test('a command answers in bytes, and takes any', async () => {
    const link = await redis.link()
    const bytes = Uint8Array.from([0, 255, 13, 10, 128])
    expect(text(await link.call('set', `${link.prefix}a`, bytes))).toBe('OK')
    expect(await link.call('get', `${link.prefix}a`)).toEqual(Buffer.from(bytes))
    expect(await link.call('get', `${link.prefix}b`)).toBeNull()
  })

  test('a script runs though Redis does not know it, and then because it does', async () => {
    const link = await redis.link()
    const bytes = Buffer.from([0, 200, 10])
    const unknown = new RedisScript('unknown', `${echoSource}-- ${randomUUID()}\n`)
    for (let i = 0; i < 2; i++)
      expect(await link.run(unknown, [`${link.prefix}a`], [bytes])).toEqual([bytes, bytes, 3, null])
    if (link.isCluster) return
    expect(await link.call('script', 'exists', unknown.sha1)).toEqual([1])
  })

  test('many scripts at once each get their own answer', async () => {
    const link = await redis.link()
    const numbers = Array.from({ length: 200 }, (_, i) => i)
    const answers = await Promise.all(numbers.map((i) => link.run(echo, [`${link.prefix}${i}`], [i])))
    expect(answers.map((answer) => text((answer as RedisAnswer[])[0] ?? null))).toEqual(numbers.map(String))
  })

  test('what is published is heard on every link, in order, until it stops', async () => {
    const [one, other] = [await redis.link(), await redis.link()]
    const channel = `${one.prefix}news`
    const [first, second] = [await hearing(one, channel), await hearing(other, channel)]
    await Promise.all(['1', '2', '3'].map((message) => one.publish(channel, message)))
    expect(await first.until('3')).toEqual(['1', '2', '3'])
    expect(await second.until('3')).toEqual(['1', '2', '3'])
    first.stop()
    await one.publish(channel, '4')
    await second.until('4')
    expect(first.heard).toEqual(['1', '2', '3'])
  })

  test('a link that is closed says so', async () => {
    const link = await redis.link()
    link.close()
    expect(await failure(link.call('ping'))).toMatchObject({ name: 'RedisError', reason: 'closed' })
  })

  test('a mistake is told as one, with what Redis said', async () => {
    const link = await redis.link()
    await link.call('set', `${link.prefix}a`, 1)
    const error = await failure(link.call('hget', `${link.prefix}a`, 'b'))
    expect(error).toMatchObject({ reason: 'failed', message: expect.stringMatching(/WRONGTYPE/) })
    expect(error.cause).toBeInstanceOf(Error)
  })
}

describe('one server', () => {
  common(sharedRedis())

  test('while it is away commands fail at once, and it is told when it is back', async () => {
    const server = await redisOfItsOwn()
    const log = new CollectedLog()
    const link = await openLink({ url: server.url, log })
    const news = await hearing(link, 'news')
    await server.kill()
    await log.take('Redis is away')
    await log.take('is not heard for now')
    expect(link.isUp).toBe(false)
    const error = await failure(link.call('ping'))
    expect(error).toMatchObject({ reason: 'away', message: expect.stringMatching(/is away: work goes on/) })
    const isBack = back(link)
    await server.start()
    await isBack
    expect(text(await link.call('ping'))).toBe('PONG')
    await news.until('(missed)')
    await link.publish('news', 'again')
    expect(await news.until('again')).toEqual(['(missed)', 'again'])
  })

  test('a command whose answer does not come in time is in doubt, and the link goes on with a new connection', async () => {
    const server = await redisOfItsOwn()
    const link = await openLink({ url: server.url, answerWithinMs: 200 })
    server.pause()
    const errors = await Promise.all([failure(link.call('incr', 'a')), failure(link.call('incr', 'a'))])
    expect(errors.map(({ reason }) => reason)).toEqual(['unsure', 'unsure'])
    const isBack = back(link)
    server.resume()
    await isBack
    // Both were done once, though nobody was told: they are never sent again by themselves.
    expect(text(await link.call('get', 'a'))).toBe('2')
  })

  test('a subscription to a server that stands still is given up, and what may have been missed is told', async () => {
    const server = await redisOfItsOwn()
    const log = new CollectedLog()
    const link = await openLink({ url: server.url, answerWithinMs: 200, log })
    const news = await hearing(link, 'news')
    server.pause()
    await log.take('is not heard for now')
    server.resume()
    await news.until('(missed)')
    await link.publish('news', 'last')
    expect(await news.until('last')).toEqual(['(missed)', 'last'])
  })

  test('when its memory is full it is full: nothing of a script was done', async () => {
    const server = await redisOfItsOwn({ maxMemoryBytes: 1 })
    const link = await openLink({ url: server.url })
    const full = { reason: 'full', message: expect.stringMatching(/more memory/) }
    expect(await failure(link.call('set', 'a', 'b'))).toMatchObject(full)
    expect(await failure(link.run(echo, ['a'], ['b']))).toMatchObject(full)
    await link.call('config', 'set', 'maxmemory', 0)
    await link.run(echo, ['a'], ['b'])
  })

  test('a replica is away for who comes', async () => {
    const master = await redisOfItsOwn()
    const replica = await redisOfItsOwn({ replicaOf: master.port })
    const error = await refusal(replica.url)
    expect(error).toMatchObject({ reason: 'away', message: expect.stringMatching(/is a replica/) })
    await askRedis(replica.port, 'replicaof', 'no', 'one')
    await openLink({ url: replica.url })
  })

  test('one that is a replica by now is left, looked at less and less often, and used again when it is the master', async () => {
    const [server, master] = [await redisOfItsOwn(), await redisOfItsOwn()]
    const [log, pauses] = [new CollectedLog(), new Pauses()]
    const link = await openLink({ url: server.url, answerWithinMs: 500, log, clock: pauses.clock, random: () => 1 })
    const news = await hearing(link, 'news')
    await askRedis(server.port, 'replicaof', '127.0.0.1', `${master.port}`)
    await log.take('is not heard for now')
    while (pauses.taken.length < 12) {
      expect(await failure(link.call('set', 'a', 1))).toMatchObject({ reason: 'away' })
      expect(await failure(link.run(echo, ['a'], ['b']))).toMatchObject({ reason: 'away' })
      await tick()
    }
    const isBack = back(link)
    await askRedis(server.port, 'replicaof', 'no', 'one')
    await Promise.all([isBack, news.until('(missed)')])
    await link.call('set', 'a', 1)
    expect(Math.max(...pauses.taken)).toBeGreaterThanOrEqual(1_600)
    const told = ['Redis is away', 'Redis is back', 'is not heard for now', 'is heard again']
    expect(told.map((message) => log.all(message).length)).toEqual([1, 1, 0, 1])
    expect(news.heard).toEqual(['(missed)'])
  })

  test('one that does not let us ask whether it is a replica is used', async () => {
    const server = await redisOfItsOwn()
    await askRedis(server.port, 'acl', 'setuser', 'us', 'on', '>secret', '~*', '&*', '+@all', '-role')
    const link = await openLink({ url: server.url.replace('redis://', 'redis://us:secret@') })
    const news = await hearing(link, 'news')
    await link.publish('news', 'heard')
    expect(await news.until('heard')).toEqual(['heard'])
    await link.call('set', 'a', 1)
  })
})

describe('a Cluster', () => {
  const redis = sharedRedis(startCluster)
  common(redis)

  test('is told from a server', async () => {
    const asServer = await refusal(redis.url.replace('redis+cluster:', 'redis:').replace(/,.*/, ''))
    expect(asServer).toMatchObject({ reason: 'unfit', message: expect.stringMatching(/redis\+cluster:\/\//) })
  })

  test('a master that is gone is away, or in doubt, until its replica has taken its place', async () => {
    const cluster = await startCluster({ replicas: 1 })
    onTestFinished(() => cluster.remove())
    const link = await openLink({ url: cluster.url })
    const keys = Array.from({ length: 50 }, (_, i) => `key${i}`)
    await cluster.nodes[0]?.kill()
    for (const key of keys) await eventuallySet(link, key)
    expect(await link.call('get', 'key1')).toEqual(Buffer.from('1'))
  })
})

describe('a Cluster that has lost a master', () => {
  test('is away for who comes then, and there for who comes when it is whole', async () => {
    const cluster = await startCluster()
    onTestFinished(() => cluster.remove())
    const [lost, ...others] = cluster.nodes as [RedisProcess, ...RedisProcess[]]
    await lost.kill()
    await untilState('fail', others)
    expect(await failure(RedisLink.open({ url: cluster.url }))).toMatchObject({ reason: 'away' })
    await lost.start()
    await untilState('ok', cluster.nodes)
    await eventuallySet(await openLink({ url: cluster.url }), 'key')
  })
})

describe('a Cluster whose servers are reached elsewhere than they announce', () => {
  const cabled = async () => {
    const cluster = await startCluster()
    onTestFinished(() => cluster.remove())
    const cables = await Promise.all(cluster.nodes.map(({ port }) => layCable(`redis://127.0.0.1:${port}`)))
    const hosts = cables.map(({ url }) => url.replace('redis://', ''))
    const reachedAt = Object.fromEntries(cluster.nodes.map(({ port }, i) => [`127.0.0.1:${port}`, hosts[i] as string]))
    const link = await openLink({ url: `redis+cluster://${hosts.join(',')}`, reachedAt, answerWithinMs: 500 })
    const keys = Array.from({ length: 20 }, (_, i) => `key${i}`)
    for (const key of keys) await eventuallySet(link, key)
    return { link, cables, keys }
  }

  test('is spoken to there alone', async () => {
    const { link, cables, keys } = await cabled()
    for (const cable of cables) cable.cut()
    for (const key of keys) expect(['away', 'unsure']).toContain((await failure(link.call('set', key, 2))).reason)
    for (const cable of cables) cable.mend()
    for (const key of keys) await eventuallySet(link, key)
  })

  test('tells when a part of it that was away is back, while it has had the others all along', async () => {
    const { link, cables, keys } = await cabled()
    cables[0]?.cut()
    const asked = await Promise.allSettled(keys.map((key) => link.call('set', key, 2)))
    const lost = keys.filter((_key, i) => asked[i]?.status === 'rejected')
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.length).toBeLessThan(keys.length)
    expect(lost.every((key) => link.lacks(key))).toBe(true)
    expect(link.isUp).toBe(true)
    const isBack = back(link)
    cables[0]?.mend()
    await isBack
    while (lost.some((key) => link.lacks(key))) await back(link)
    for (const key of lost) await link.call('set', key, 3)
  })
})

describe('Sentinel', () => {
  test('leads to the master, and to the next one when that is gone', async () => {
    const master = await redisOfItsOwn()
    const replica = await redisOfItsOwn({ replicaOf: master.port })
    const sentinel = await startSentinel(master.port)
    onTestFinished(() => sentinel.remove())
    const link = await openLink({ url: sentinel.url })
    await link.call('set', 'a', 1)
    expect(text(await link.call('wait', 1, 0))).toBe('1')
    await sentinel.knowsReplicas(1)
    const isBack = back(link)
    await master.kill()
    await isBack
    await eventuallySet(link, 'b')
    const direct = await openLink({ url: replica.url })
    expect([await direct.call('get', 'a'), await direct.call('get', 'b')].map(text)).toEqual(['1', '1'])
  })

  test('leads away from one that is a replica by now, also where nobody tells that', async () => {
    const [first, second] = [await redisOfItsOwn(), await redisOfItsOwn()]
    const sentinel = await startSentinel(first.port)
    onTestFinished(() => sentinel.remove())
    const link = await openLink({ url: sentinel.url, answerWithinMs: 1_000 })
    const own = await hearing(link, 'news')
    const others = await hearing(await openLink({ url: second.url }), 'news')
    await askRedis(sentinel.port, 'sentinel', 'remove', 'mymaster')
    await askRedis(sentinel.port, 'sentinel', 'monitor', 'mymaster', '127.0.0.1', `${second.port}`, '1')
    await askRedis(first.port, 'replicaof', '127.0.0.1', `${second.port}`)
    const isBack = back(link)
    expect(await failure(link.call('set', 'a', 1))).toMatchObject({ reason: 'away' })
    await isBack
    await eventuallySet(link, 'a')
    await own.until('(missed)')
    await link.publish('news', 'from the master')
    expect(await others.until('from the master')).toEqual(['from the master'])
  })
})

describe('what is no Redis for us says what to do', () => {
  test('nobody there', async () => {
    const server = await redisOfItsOwn()
    await server.kill()
    for (const url of [server.url, server.url.replace('redis:', 'redis+cluster:')])
      expect(await refusal(url)).toMatchObject({
        reason: 'away',
        message: expect.stringMatching(/^There is no Redis at/),
      })
    const sentinel = await refusal(`${server.url.replace('redis:', 'redis+sentinel:')}/mymaster`)
    expect(sentinel).toMatchObject({ reason: 'away', message: expect.stringMatching(/do not say where the master is/) })
  })

  test.each(['closes', 'resets'] as const)('one in protected mode, that %s the connection', async (how) => {
    const redis = createServer((socket) => {
      socket.on('error', () => {})
      socket.write(
        '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set.\r\n',
      )
      if (how === 'closes') socket.end()
      else socket.once('data', () => socket.resetAndDestroy())
    })
    onTestFinished(() => void redis.close())
    await once(redis.listen(0, '127.0.0.1'), 'listening')
    const { port } = redis.address() as AddressInfo
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatchObject({
      reason: 'unfit',
      message: expect.stringMatching(/is in protected mode: .* Give it one \(requirepass\)/),
    })
  })

  test('the wrong password, or none', async () => {
    const server = await redisOfItsOwn({ password: 'right' })
    for (const url of [server.url.replace('right', 'wrong'), server.url.replace(':right@', '')]) {
      const error = await refusal(url)
      expect(error).toMatchObject({
        reason: 'denied',
        message: expect.stringMatching(/give the right user and password/),
      })
      expect(error.message).not.toMatch(/wrong/)
    }
    await openLink({ url: server.url })
  })

  test('a server where a Cluster was meant', async () => {
    const server = await redisOfItsOwn()
    const asCluster = await refusal(server.url.replace('redis:', 'redis+cluster:'))
    expect(asCluster).toMatchObject({
      reason: 'unfit',
      message: expect.stringMatching(/begin its URL with redis:\/\//),
    })
  })

  test('a Sentinel where the server was meant, and a service that it does not know', async () => {
    const master = await redisOfItsOwn()
    const sentinel = await startSentinel(master.port)
    onTestFinished(() => sentinel.remove())
    const asServer = await refusal(sentinel.url.replace('redis+sentinel:', 'redis:').replace(/\/[a-z]+$/, ''))
    expect(asServer).toMatchObject({ reason: 'unfit', message: expect.stringMatching(/is a Sentinel/) })
    const other = await refusal(sentinel.url.replace(/[a-z]+$/, 'other'))
    expect(other).toMatchObject({ reason: 'away', message: expect.stringMatching(/know the name/) })
  })
})
