import { describe, expect, test } from 'vitest'
import type { DrainTerms } from '../../src/index.js'
import { CollectedLog } from '../support/collected-log.js'
import { nodesOn } from '../support/nodes.js'
import { connectPacket, Peer } from '../support/peer.js'
import { sharedRedis } from '../support/redis/index.js'

const redis = sharedRedis()

const atOnce: DrainTerms = { noticeMs: 0, turnsMs: 10_000, spreadMs: 0 }
const listen = { mqttPort: 0, httpPort: 0 }

const useAnother = {
  reasonCode: 0x9c,
  properties: { reasonString: 'This node is going away: connect again, to another one.' },
}

/** Two nodes, the first of which is going to leave as these terms say, and whether it has said so. */
const two = async (drain: Partial<DrainTerms> = {}) => {
  const told = new CollectedLog()
  const start = nodesOn(redis, { drain: { ...atOnce, ...drain }, listen, log: told })
  return [await start(), await start(), (message: string) => told.take(message)] as const
}

const ready = async ({ ports }: { ports: { httpPort?: number } }) =>
  fetch(`http://127.0.0.1:${ports.httpPort}/readyz`).then(async ({ status, ok, text }) => ({ status, ok, text }))

describe('a node that leaves others', () => {
  test('says so at once to load balancers and to who connects, and goes on with those that are there', async () => {
    const [one, , says] = await two({ noticeMs: 60_000 })
    const ana = await one.person('ana')
    expect(await ready(one)).toMatchObject({ status: 200 })
    void one.server.drain()
    await says('Leaving the other nodes')
    expect(await ready(one)).toMatchObject({ status: 503 })
    expect((await one.client('ben')).connack).toMatchObject(useAnother)
    const older = new Peer(one.server.connect(), 4)
    older.send(connectPacket({ version: 4, clientId: 'eve', username: 'eve' }))
    await older.closed
    await ana.say('daak/to/ana2', 'still here')
    expect(await ana.hearsTexts(1)).toEqual(['still here'])
  })

  test('tells its clients to use another one; who speaks MQTT 3.1.1 is only cut off', async () => {
    const [one] = await two()
    const ana = await one.person('ana')
    const older = new Peer(one.server.connect(), 4)
    await older.connect({ clientId: 'eve', username: 'eve' })
    await one.server.drain()
    expect(await ana.answer()).toMatchObject({ type: 'disconnect', ...useAnother })
    expect(await older.next()).toBeUndefined()
  })

  test('has a bot finish the turn that it holds, gives it no other, and lets it go then', async () => {
    const [one, other, says] = await two()
    const here = await one.bot('shop', { connection: 'shop-1' })
    const ana = await other.person('ana')
    await ana.say('daak/to/shop', 'first')
    const lease = await here.lease()
    await ana.say('daak/to/shop', 'second')
    const left = one.server.drain()
    await says('Sending clients to the other nodes')
    const committed = await here.commit(lease, ['Done.'])
    expect(committed.more).toBeUndefined()
    expect(await here.client.answer()).toMatchObject({ type: 'disconnect', ...useAnother })
    await left
    const there = await other.bot('shop', { connection: 'shop-2' })
    const next = await there.lease()
    expect(next).toMatchObject({ attempt: 1, events: [{ seq: 2 }] })
    await there.commit(next, ['Done, too.'])
    expect(await ana.hearsTexts(4)).toEqual(['first', 'second', 'Done.', 'Done, too.'])
  })

  test('gives back at once what a bot does not finish in time, and counts no try', async () => {
    const start = nodesOn(redis, { drain: { ...atOnce, turnsMs: 0 }, listen })
    const stays = await start()
    const ana = await stays.person('ana')
    await ana.say('daak/to/shop', 'slow')
    // As often as a message is tried before it is given up, and once more.
    for (let restart = 0; restart < 4; restart++) {
      const node = await start()
      const bot = await node.bot('shop', { connection: `shop-${restart}` })
      const lease = await bot.lease()
      expect(lease).toMatchObject({ attempt: 1, events: [{ seq: 1 }] })
      await node.server.drain()
    }
    const bot = await stays.bot('shop', { connection: 'shop' })
    await bot.commit(await bot.lease(), ['Done.'])
    expect(await ana.hearsTexts(2)).toEqual(['slow', 'Done.'])
  })

  test('has a call answered before its caller, and who answers it, are sent away', async () => {
    const [one] = await two()
    const service = await one.client('prices')
    await service.subscribe('$share/prices/daak/rpc/prices/+')
    const ana = await one.client('ana')
    await ana.subscribe(ana.replies)
    const answer = ana.call('prices/get', { of: 'tea' })
    const call = await service.hears()
    const left = one.server.drain()
    const { responseTopic = '', correlationData } = call.properties ?? {}
    service.send(responseTopic, JSON.stringify({ result: 3 }), {
      mqtt: { ...(correlationData && { correlationData }) },
    })
    expect(await answer).toEqual({ result: 3 })
    await left
    expect(await ana.answer()).toMatchObject({ type: 'disconnect', ...useAnother })
  })

  test('closes at once when it is asked to, whatever it waits for', async () => {
    const [one, , says] = await two({ noticeMs: 60_000, turnsMs: 60_000 })
    const ana = await one.person('ana')
    const left = one.server.drain()
    await says('Leaving the other nodes')
    await one.server.close()
    await left
    expect(await ana.answer()).toMatchObject({ type: 'disconnect', ...useAnother })
  })
})

test('a server of one node has nowhere to send its clients: it says that it is shutting down, at once', async () => {
  const start = nodesOn(redis, { drain: { noticeMs: 60_000 }, listen })
  const one = await start()
  const ana = await one.person('ana')
  await one.server.drain()
  expect(await ana.answer()).toMatchObject({ type: 'disconnect', reasonCode: 0x8b })
})
