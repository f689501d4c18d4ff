import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from '@daakia/server'
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import {
  CallTimeout,
  type Client,
  createClient,
  type IncomingCall,
  RpcFailure,
  type RunningService,
  type ServiceMethod,
  serve,
} from '../../src/index.js'
import { cuttableLine } from '../support/cuttable-line.js'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A server on loopback with a store on disk. */
const scene = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-services-'))
  cleanUps.push(() => rm(folder, { recursive: true }))
  const server = createServer({ dev: true, storage: { folder }, listen: { mqttPort: 0 } })
  cleanUps.push(() => server.close())
  const { mqttPort = 0 } = await server.start()
  return { url: `mqtt://127.0.0.1:${mqttPort}`, port: mqttPort }
}

const backoff = { firstMs: 20, longestMs: 100 }

const enter = async (url: string, identity = 'ana'): Promise<Client> => {
  const client = createClient({ url, identity, backoff })
  cleanUps.push(() => client.close({ giveUpAfterMs: 0 }))
  await client.online()
  return client
}

const open = async (
  url: string,
  methods: Record<string, ServiceMethod<unknown>>,
  more = {},
): Promise<RunningService> => {
  const service = serve('orders', { url, backoff, methods, log: { warn: () => {} }, ...more })
  cleanUps.push(() => service.close({ graceMs: 0 }))
  await service.ready
  return service
}

/** A method that waits: what it was called with, and the way to let it answer. */
const held = () => {
  const calls: { call: IncomingCall; answer: (result: unknown) => void }[] = []
  const arrivals: (() => void)[] = []
  const method = (_: unknown, call: IncomingCall) =>
    new Promise((answer) => {
      calls.push({ call, answer })
      for (const arrived of arrivals.splice(0)) arrived()
    })
  const called = async () => {
    if (calls.length === 0) await new Promise<void>((resolve) => arrivals.push(resolve))
    const [first] = calls
    if (!first) throw new Error('nobody has called')
    return first
  }
  return { method, called }
}

const aborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve(String(signal.reason))))

describe('a service', () => {
  test('answers what its methods return, and learns who calls', async () => {
    const { url } = await scene()
    const ship = ({ id }: { id: number }, { from }: IncomingCall) => ({ shipped: id, to: from })
    await open(url, { ship: ship as ServiceMethod<unknown>, nothing: () => {} })
    const ana = await enter(url)
    expect(await ana.call('orders', 'ship', { id: 7 })).toEqual({ shipped: 7, to: 'ana' })
    expect(await ana.call('orders', 'nothing')).toBeNull()
  })

  test('checks params by a schema, which types them and which callers can read', async () => {
    const { url } = await scene()
    const service = serve('orders', {
      url,
      version: '2',
      methods: {
        ship: {
          description: 'Sends an order',
          params: z.object({ id: z.int().positive() }),
          result: z.string(),
          handle: ({ id }) => {
            expectTypeOf(id).toEqualTypeOf<number>()
            return `shipped ${id}`
          },
        },
      },
    })
    cleanUps.push(() => service.close({ graceMs: 0 }))
    await service.ready
    const ana = await enter(url)
    expect(await ana.call('orders', 'ship', { id: 7 })).toBe('shipped 7')
    await expect(ana.call('orders', 'ship', { id: -1 })).rejects.toMatchObject({
      name: 'RpcFailure',
      code: -32602,
      message: expect.stringMatching(/^id: /),
    })
    expect(await ana.call('services', 'describe', { service: 'orders' })).toMatchObject({
      instances: 1,
      version: '2',
      methods: {
        ship: {
          description: 'Sends an order',
          params: { properties: { id: { type: 'integer' } }, required: ['id'] },
          result: { type: 'string' },
        },
      },
    })
  })

  test('announces many methods with large schemas', async () => {
    const { url } = await scene()
    const schema = z.object(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, z.string()])))
    const method = { params: schema, handle: () => 1 }
    const names = Array.from({ length: 10 }, (_, i) => `method${i}`)
    await open(url, Object.fromEntries(names.map((name) => [name, method as ServiceMethod<unknown>])))
    const ana = await enter(url)
    const info = await ana.call('services', 'list', { after: 'order', limit: 1 })
    expect(info).toMatchObject({ services: [{ service: 'orders', methods: names }] })
  })

  test('tells its callers the errors that it means, and of others no more than that there was one', async () => {
    const { url } = await scene()
    const warnings: unknown[] = []
    const log = { warn: (fields: object, message: string) => warnings.push({ ...fields, message }) }
    const methods = {
      sold: () => {
        throw new RpcFailure(17, 'Sold out', { left: 0 })
      },
      broken: () => {
        throw new Error('the password of the database is wrong')
      },
      circular: () => {
        const circle: { self?: object } = {}
        circle.self = circle
        return circle
      },
    }
    await open(url, methods, { log })
    const ana = await enter(url)
    await expect(ana.call('orders', 'sold')).rejects.toMatchObject({ code: 17, message: 'Sold out', data: { left: 0 } })
    for (const method of ['broken', 'circular'])
      await expect(ana.call('orders', method)).rejects.toMatchObject({
        code: -32603,
        message: 'The service could not do this',
      })
    expect(warnings).toMatchObject([{ method: 'broken', from: 'ana' }, { method: 'circular' }])
    await expect(ana.call('orders', 'other')).rejects.toMatchObject({ code: -32601 })
  })

  test('with an answer larger than the server takes tells so', async () => {
    const { url } = await scene()
    await open(url, { all: () => 'x'.repeat(300_000) })
    await expect((await enter(url)).call('orders', 'all')).rejects.toMatchObject({
      code: -32603,
      message: expect.stringMatching(/too large/),
    })
  })

  test('shares its calls among its instances', async () => {
    const { url } = await scene()
    await open(url, { who: () => 'one' })
    await open(url, { who: () => 'two' })
    const ana = await enter(url)
    const answers = [await ana.call('orders', 'who'), await ana.call('orders', 'who')]
    expect(answers.toSorted()).toEqual(['one', 'two'])
  })

  test('that is not allowed to serve is closed with the reason', async () => {
    const { url } = await scene()
    const service = serve('history', { url, methods: {} })
    await expect(service.ready).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x87 })
    expect(service.status.state).toBe('closed')
  })

  test('cannot have a name, a capacity or a method that there is not', () => {
    const url = 'mqtt://127.0.0.1:1'
    expect(() => serve('or ders', { url, methods: {} })).toThrow(RangeError)
    expect(() => serve('orders', { url, methods: { 'a/b': () => 1 } })).toThrow(RangeError)
    expect(() => serve('orders', { url, methods: {}, capacity: 0 })).toThrow(RangeError)
  })
})

describe('a caller', () => {
  test('that aborts stops the method that was at it', async () => {
    const { url } = await scene()
    const { method, called } = held()
    await open(url, { slow: method })
    const ana = await enter(url)
    const controller = new AbortController()
    const answer = ana.call('orders', 'slow', {}, { signal: controller.signal })
    const { call } = await called()
    const stopped = aborted(call.signal)
    controller.abort(new Error('not any more'))
    await expect(answer).rejects.toThrow('not any more')
    expect(await stopped).toMatch(/cancelled/)
  })

  test('that has waited long enough gives up, and the method is told how long that is and when it is over', async () => {
    const { url } = await scene()
    const { method, called } = held()
    await open(url, { slow: method })
    const ana = await enter(url)
    const answer = ana.call('orders', 'slow', {}, { timeoutMs: 300 })
    const given = expect(answer).rejects.toBeInstanceOf(CallTimeout)
    const { call } = await called()
    expect(call.timeoutMs).toBeGreaterThan(0)
    expect(call.timeoutMs).toBeLessThanOrEqual(300)
    expect(await aborted(call.signal)).toMatch(/timeout/)
    await given
  })

  test('of a service that nobody serves is told so at once', async () => {
    const { url } = await scene()
    await expect((await enter(url)).call('orders', 'ship')).rejects.toMatchObject({ code: -32010 })
  })

  test('that asks for longer than the server allows is refused', async () => {
    const { url } = await scene()
    await open(url, { ship: () => 1 })
    // The wait for the connection counts: a call that asks for a millisecond too much may not do so any more when it goes.
    const call = (await enter(url)).call('orders', 'ship', {}, { timeoutMs: 660_000 })
    await expect(call).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x83 })
  })
})

describe('an instance', () => {
  test('that is closed answers what it has, and takes nothing more', async () => {
    const { url } = await scene()
    const { method, called } = held()
    const service = await open(url, { slow: method, quick: () => 1 })
    const ana = await enter(url)
    const answer = ana.call('orders', 'slow')
    const { answer: reply } = await called()
    const closed = service.close()
    await expect
      .poll(() => ana.call('orders', 'quick').then(String, (error: RpcFailure) => error.code), { timeout: 10_000 })
      .toBe(-32010)
    reply('done')
    expect(await answer).toBe('done')
    await closed
  })

  test('that is closed at once aborts what it has, and its callers are told', async () => {
    const { url } = await scene()
    const { method, called } = held()
    const service = await open(url, { slow: method })
    const answer = (await enter(url)).call('orders', 'slow')
    const lost = expect(answer).rejects.toMatchObject({ code: -32011 })
    const { call } = await called()
    const stopped = aborted(call.signal)
    await service.close({ graceMs: 0 })
    expect(await stopped).toMatch(/closed/)
    await lost
  })

  test('whose connection is cut aborts what it has, and serves again when it is back', async () => {
    const { url, port } = await scene()
    const line = await cuttableLine(() => port)
    cleanUps.push(() => line.close())
    const { method, called } = held()
    const service = await open(line.url, { slow: method, quick: () => 'here' })
    const ana = await enter(url)
    const lost = expect(ana.call('orders', 'slow')).rejects.toMatchObject({ code: -32011 })
    const { call } = await called()
    const stopped = aborted(call.signal)
    const back = new Promise<void>((resolve) => {
      let gone = false
      service.onStatus(({ state }) => {
        gone ||= state !== 'online'
        if (gone && state === 'online') resolve()
      })
    })
    line.cut()
    await lost
    expect(await stopped).toMatch(/connection was lost/)
    await back
    expect(await ana.call('orders', 'quick')).toBe('here')
  })
})
