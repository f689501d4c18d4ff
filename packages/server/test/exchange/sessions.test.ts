import { RpcCode, type SessionInfo, type SessionPage } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { AuthenticationWay } from '../../src/index.js'
import type { Client, ConnectFields } from '../support/client.js'
import { TestServer } from '../support/server.js'

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } } as const

/** Connections whose name has `desk` in it are the vendor's own; those that begin with `globex` are of another vendor. */
const byName: AuthenticationWay = {
  name: 'by name',
  authenticate: async ({ username: client = '', connection }) => {
    const vendor = connection.startsWith('globex') ? 'globex' : 'acme'
    return { identity: { vendor, client, ...(connection.includes('desk') && { role: 'vendor' as const }) } }
  },
}

const open = () => TestServer.open({ dev: false, authentication: [byName] })

/** A client that can call. */
const caller = async (server: TestServer, name: string, fields: ConnectFields = {}): Promise<Client> => {
  const client = await server.client(name, fields)
  await client.subscribe(client.replies)
  return client
}

const page = async (client: Client, params: object = {}): Promise<SessionPage> => {
  const answer = await client.call('sessions/list', params)
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.result as SessionPage
}

const list = async (client: Client, params: object = {}) =>
  (await page(client, params)).sessions.map(({ client, connection }) => `${client}/${connection}`)

const end = async (client: Client, params: object) => {
  const answer = await client.call('sessions/end', params)
  return 'error' in answer ? answer.error.code : answer.result
}

describe('sessions/list', () => {
  test('tells a client its own sessions, connected and away, with what they are', async () => {
    const server = await open()
    const phone = await server.client('ana', { ...kept, connection: 'phone' })
    await phone.subscribe('daak/from/+')
    server.clock.advance(1_000)
    await phone.vanish()
    await server.rest()
    const away = server.clock.now()
    server.clock.advance(1_000)
    await server.client('ben')
    const laptop = await caller(server, 'ana', { connection: 'laptop', version: 5 })
    const { sessions, next } = await page(laptop)
    expect(next).toBeUndefined()
    expect(sessions).toEqual<SessionInfo[]>([
      {
        client: 'ana',
        connection: 'laptop',
        connected: true,
        since: server.clock.now(),
        expirySeconds: 0,
        subscriptions: 1,
        queued: 0,
        version: '5',
        transport: 'mqtt',
        address: expect.any(String),
        keepAliveSeconds: 3_600,
      },
      {
        client: 'ana',
        connection: 'phone',
        connected: false,
        since: away,
        expirySeconds: 3_600,
        subscriptions: 1,
        queued: 0,
      },
    ])
  })

  test('tells how many messages wait, and that an old client may stay away for ever', async () => {
    const server = await TestServer.open({ limits: { sessionExpirySeconds: 0xffffffff } })
    const old = await server.client('ana', { version: 4, cleanStart: false, connection: 'old' })
    await old.subscribe('news')
    await old.vanish()
    const ana = await caller(server, 'ana')
    for (const text of ['one', 'two']) await ana.say('news', text)
    const { sessions } = await page(ana)
    expect(sessions[1]).toMatchObject({ connection: 'old', queued: 2, expirySeconds: null })
  })

  test('is the same after a restart, for sessions that are kept', async () => {
    let server = await open()
    await server.client('ana', { ...kept, connection: 'phone' })
    await server.client('ana', { connection: 'short' })
    server = await server.restart()
    expect(await list(await caller(server, 'ana', { connection: 'laptop' }))).toEqual(['ana/laptop', 'ana/phone'])
  })

  test('refuses a client who asks for those of another', async () => {
    const server = await open()
    const eve = await caller(server, 'eve')
    expect(await eve.call('sessions/list', { client: 'ana' })).toMatchObject({ error: { code: RpcCode.NotAllowed } })
    expect(await list(eve, { client: 'eve' })).toEqual(['eve/eve-1'])
  })

  test('tells a vendor those of all its clients, page by page, and of no other vendor', async () => {
    const server = await open()
    const names = Array.from({ length: 25 }, (_, i) => `c${i}`)
    for (const name of names) await server.client(name)
    await server.client('stranger', { connection: 'globex-1' })
    const desk = await caller(server, 'support', { connection: 'desk' })
    const all: string[] = []
    let after: string | undefined
    do {
      const { sessions, next } = await page(desk, { limit: 4, ...(after !== undefined && { after }) })
      all.push(...sessions.map(({ client }) => client))
      after = next
    } while (after !== undefined)
    expect(all).toEqual([...names, 'support'].sort())
    expect(await list(desk, { client: 'c7' })).toEqual(['c7/c7-1'])
    expect(await list(await caller(server, 'boss', { connection: 'globex-desk' }))).toEqual([
      'boss/globex-desk',
      'stranger/globex-1',
    ])
  })

  test.each(['x', '[]', '["a"]', '{}'])('refuses the place %s, which no page gave', async (after) => {
    const server = await open()
    const ana = await caller(server, 'ana')
    expect(await ana.call('sessions/list', { after })).toMatchObject({ error: { code: RpcCode.InvalidParams } })
  })
})

describe('sessions/end', () => {
  test('closes one connection with 0x98, and its session stays', async () => {
    const server = await open()
    const phone = await server.client('ana', { ...kept, connection: 'phone' })
    await phone.subscribe('daak/from/+')
    const laptop = await caller(server, 'ana', { connection: 'laptop' })
    expect(await end(laptop, { connection: 'phone' })).toEqual({ ended: 1 })
    expect(await phone.answer()).toMatchObject({
      type: 'disconnect',
      reasonCode: ReasonCode.AdministrativeAction,
      properties: { reasonString: expect.stringMatching(/ended by ana/) },
    })
    await phone.closed
    expect((await server.client('ana', { ...kept, connection: 'phone' })).connack.sessionPresent).toBe(true)
  })

  test('removes the session with forget: its queue and its place on the inbox as well, connected or away', async () => {
    const server = await open()
    for (const gone of [false, true]) {
      const phone = await server.client('ana', { ...kept, connection: 'phone' })
      expect(phone.connack.sessionPresent).toBe(false)
      await phone.subscribe('daak/conversations/+/messages')
      if (gone) {
        await phone.vanish()
        await (await server.client('ben')).say('daak/to/ana', 'while away')
      }
      const laptop = await caller(server, 'ana', { connection: 'laptop' })
      expect(await end(laptop, { connection: 'phone', forget: true })).toEqual({ ended: 1 })
      expect(await list(laptop)).toEqual(['ana/laptop'])
    }
    const back = await server.client('ana', { ...kept, connection: 'phone' })
    expect(back.connack.sessionPresent).toBe(false)
    await back.subscribe('daak/conversations/+/messages')
    await (await server.client('ben')).say('daak/to/ana', 'now')
    expect(await back.hearsTexts(1)).toEqual(['now'])
  })

  test('says the will of what it ends', async () => {
    const server = await TestServer.open()
    const payload = new TextEncoder().encode('gone')
    const will = { topic: 'wills', payload, qos: 0, retain: false } as const
    await server.client('ana', { connection: 'phone', will })
    const laptop = await caller(server, 'ana', { connection: 'laptop' })
    await laptop.subscribe('wills')
    await end(laptop, { connection: 'phone' })
    expect(await laptop.hearsTexts(1)).toEqual(['gone'])
  })

  test('ends all that a client has, the caller last, after its answer', async () => {
    const server = await open()
    const others = [
      await server.client('ana', { connection: 'phone' }),
      await server.client('ana', { connection: 'old', version: 4 }),
    ]
    const laptop = await caller(server, 'ana', { ...kept, connection: 'laptop' })
    expect(await end(laptop, { forget: true })).toEqual({ ended: 3 })
    expect(await laptop.answer()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.AdministrativeAction })
    await Promise.all([...others, laptop].map(({ closed }) => closed))
    expect((await server.client('ana', { ...kept, connection: 'laptop' })).connack.sessionPresent).toBe(false)
  })

  test('is for the vendor over all its clients, and for a client over itself alone', async () => {
    const server = await open()
    const ana = await server.client('ana')
    const eve = await caller(server, 'eve')
    expect(await end(eve, { client: 'ana' })).toBe(RpcCode.NotAllowed)
    const foreign = await caller(server, 'boss', { connection: 'globex-desk' })
    expect(await end(foreign, { client: 'ana' })).toEqual({ ended: 0 })
    const desk = await caller(server, 'support', { connection: 'desk' })
    expect(await end(desk, { client: 'ana' })).toEqual({ ended: 1 })
    await ana.closed
  })

  test('ends nothing where there is nothing', async () => {
    const server = await open()
    const phone = await server.client('ana', { ...kept, connection: 'phone' })
    await phone.vanish()
    const ana = await caller(server, 'ana', { connection: 'laptop' })
    expect(await end(ana, { connection: 'phone' })).toEqual({ ended: 0 })
    expect(await end(ana, { connection: 'never', forget: true })).toEqual({ ended: 0 })
  })

  test('has who is ended be offline for the others, after the grace', async () => {
    const server = await open()
    const ana = await server.client('ana')
    await ana.say('daak/to/support', 'hi')
    const desk = await caller(server, 'support', { connection: 'desk' })
    await end(desk, { client: 'ana' })
    server.clock.advance(10_000)
    expect(await desk.call('presence/read', { clients: ['ana'] })).toMatchObject({
      result: { presences: [{ status: 'offline' }] },
    })
  })
})
