import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'
import { inMemory, onDisk } from '../support/storage.js'
import { Worker } from './support/worker.js'

const storages = { 'in memory': inMemory, 'on disk': () => onDisk() }

describe.each(Object.entries(storages))('after a restart of the server, %s, a queue', (_, storage) => {
  test('gives what was not acknowledged, and nothing else, in order and marked as sent before', async () => {
    const server = await TestServer.open({ storage: await storage() })
    const people = await Promise.all(['ana', 'ben', 'cem', 'dee'].map((name) => server.client(name)))
    const worker = await Worker.connect(server, 'desk')
    for (const person of people)
      for (const number of [1, 2]) await person.say('daak/to/desk', `${person.name} ${number}`)
    const first = [await worker.gets(), await worker.gets(), await worker.gets(), await worker.gets()]
    // Out of order: what ana was told of stays in doubt, and so does all that comes after it on the inbox.
    for (const packet of first.slice(1)) worker.client.acknowledge(packet)
    const second = [await worker.gets(), await worker.gets(), await worker.gets()]
    for (const packet of second.slice(0, 2)) worker.client.acknowledge(packet)
    await server.rest()

    const next = await server.restart()
    const after = await Worker.connect(next, 'desk')
    const again = [await after.gets(), await after.gets()]
    expect(again.map(textOf).toSorted()).toEqual(['ana 1', 'dee 2'])
    expect(again.map(({ dup }) => dup)).toEqual([true, true])
    for (const packet of again) after.client.acknowledge(packet)
    expect(await after.handles()).toBe('ana 2')
    await (await next.client('ana')).say('daak/to/desk', 'ana 3')
    const fresh = await after.gets()
    expect([textOf(fresh), fresh.dup]).toEqual(['ana 3', false])
  })

  test('remembers what failed, how often, and until when it waits', async () => {
    const server = await TestServer.open({
      storage: await storage(),
      queues: { tries: 3 },
      retries: { firstMs: 10_000, longestMs: 10_000 },
    })
    const ana = await server.client('ana')
    const worker = await Worker.connect(server, 'desk')
    await ana.say('daak/to/desk', 'poison')
    await worker.fails(await worker.gets())
    server.clock.advance(10_000)
    await worker.fails(await worker.gets())
    await server.rest()

    const next = await server.restart()
    const after = await Worker.connect(next, 'desk')
    await next.rest()
    expect(after.takeUnheard()).toEqual([])
    next.clock.advance(10_000)
    const last = await after.gets()
    expect(propertyOf(last, 'attempt')).toBe('3')
    await after.fails(last)
    await next.rest()
    next.clock.advance(60_000)
    await next.rest()
    expect(after.takeUnheard()).toEqual([])
  })

  test('goes on with kept sessions, and where one was handled beyond another', async () => {
    const server = await TestServer.open({ storage: await storage() })
    const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    const worker = await Worker.connect(server, 'desk', kept)
    await ana.say('daak/to/desk', 'ana 1')
    await ben.say('daak/to/desk', 'ben 1')
    await worker.gets()
    worker.client.acknowledge(await worker.gets())
    await server.rest()
    const next = await server.restart()
    const back = await next.client('desk', { ...kept, silent: true })
    expect(textOf(await back.hears())).toBe('ana 1')
    await next.rest()
    expect(back.takeUnheard()).toEqual([])
  })
})
