import { afterEach, describe, expect, test } from 'vitest'
import { Closed, ConnectionLost, Refused } from '../../src/errors.js'
import { type Link, type LinkStatus, openLink, RpcFailure } from '../../src/internal.js'
import { ManualClock } from '../support/manual-clock.js'
import { ScriptedServer } from '../support/scripted-server.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const links: Link[] = []
afterEach(() => Promise.all(links.splice(0).map((link) => link.close())))

const open = ({ random = () => 0.5 }: { random?: () => number } = {}) => {
  const server = new ScriptedServer()
  const clock = new ManualClock()
  const link = openLink({ client: 'ana', open: server.open, clock, random })
  links.push(link)
  return { server, clock, link }
}

/** Resolves when the link is in `state`. */
const become = (link: Link, state: LinkStatus['state']) =>
  new Promise<LinkStatus>((resolve) => {
    if (link.status.state === state) return resolve(link.status)
    const stop = link.onStatus((status) => {
      if (status.state !== state) return
      stop()
      resolve(status)
    })
  })

describe('a link', () => {
  test('is online when every subscription is granted, its own replies among them', async () => {
    const { server, link } = open()
    await link.subscribe({ filters: [{ filter: 'daak/turns/+', qos: 1 }], receive: () => {} })
    await link.online()
    expect(link.status).toEqual({ state: 'online' })
    expect(server.connection.subscribed.map(({ filter }) => filter).sort()).toEqual([
      'daak/replies/ana/c1',
      'daak/turns/+',
    ])
  })

  test('comes back, and subscribes again with what its subscriptions then ask for', async () => {
    const { server, clock, link } = open()
    let since = '1:5'
    const subscription = {
      filters: [{ filter: 'daak/conversations/+/messages', qos: 1 as const }],
      userProperties: () => [['since', since] as const],
      receive: () => {},
    }
    await link.subscribe(subscription)
    since = '1:9'
    server.connection.lose()
    expect(link.status).toMatchObject({ state: 'offline', retryInMs: 125 })
    clock.advance(125)
    await become(link, 'online')
    expect(server.connections).toHaveLength(2)
    expect(server.connection.subscribed).toContainEqual({
      filter: 'daak/conversations/+/messages',
      userProperties: [['since', '1:9']],
    })
  })

  test('waits longer after each failure, up to ten seconds', async () => {
    const { server, clock, link } = open({ random: () => 1 })
    await link.online()
    server.down = new ConnectionLost('nobody there')
    server.connection.lose()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      const status = await become(link, 'offline')
      if (status.state === 'offline') waits.push(status.retryInMs)
      clock.advance(10_000)
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  test('starts over with a short wait after a connection that lasted', async () => {
    const { server, clock, link } = open({ random: () => 1 })
    await link.online()
    server.connection.lose()
    clock.advance(250)
    await become(link, 'online')
    clock.advance(5_000)
    server.connection.lose()
    expect(link.status).toMatchObject({ retryInMs: 250 })
  })

  test('comes again soon where it is sent to another server, as often as that happens', async () => {
    const { server, clock, link } = open({ random: () => 1 })
    await link.online()
    for (let i = 0; i < 5; i++) {
      server.connection.lose(new Refused(0x9c, 'This node is going away.'))
      expect(link.status).toMatchObject({ state: 'offline', retryInMs: 250 })
      clock.advance(250)
      await become(link, 'online')
    }
  })

  test('waits longer each time where it is sent elsewhere before it is let in', async () => {
    const { server, clock, link } = open({ random: () => 1 })
    await link.online()
    server.down = new Refused(0x9c, 'This node is going away.')
    server.connection.lose(server.down)
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      const status = await become(link, 'offline')
      if (status.state === 'offline') waits.push(status.retryInMs)
      clock.advance(10_000)
    }
    expect(waits).toEqual([250, 500, 1000, 2000])
  })

  test('stops and says so when it is refused for good', async () => {
    const { server, link } = open()
    await link.online()
    const refusal = new Refused(0x87, 'This name is not yours.')
    server.connection.lose(refusal)
    expect(link.status).toEqual({ state: 'closed', reason: refusal })
    await expect(link.online()).rejects.toBe(refusal)
    await expect(link.call('history', 'read', {})).rejects.toBe(refusal)
  })

  test('comes back when its name was taken over, which an earlier try of its own may have done, and ends the third time', async () => {
    const { server, clock, link } = open()
    await link.online()
    const refusal = new Refused(0x8e, 'Another connection uses this client identifier.')
    for (let i = 0; i < 2; i++) {
      server.connection.lose(refusal)
      clock.advance(1_000)
      await become(link, 'online')
    }
    server.connection.lose(refusal)
    expect(link.status).toEqual({ state: 'closed', reason: refusal })
  })

  test('comes back each time when its name is taken over now and then', async () => {
    const { server, clock, link } = open()
    await link.online()
    for (let i = 0; i < 3; i++) {
      server.connection.lose(new Refused(0x8e, 'Another connection uses this client identifier.'))
      clock.advance(1_000)
      await become(link, 'online')
      clock.advance(60_000)
    }
  })

  test('tries again when the refusal passes', async () => {
    const { server, clock, link } = open()
    await link.online()
    server.connection.lose(new Refused(0x8b, 'The server is shutting down.'))
    expect(link.status.state).toBe('offline')
    clock.advance(1_000)
    await become(link, 'online')
  })

  test('drops a subscription that is refused, and keeps the connection', async () => {
    const { server, link } = open()
    const refusal = new Refused(0x87, 'You are no member.')
    server.refusals.set('daak/conversations/secret/messages', refusal)
    const filters = [{ filter: 'daak/conversations/secret/messages', qos: 1 as const }]
    await expect(link.subscribe({ filters, receive: () => {} })).rejects.toBe(refusal)
    await link.online()
    expect(link.status.state).toBe('online')
  })

  test('asks on the next connection for a subscription that was refused for now before it was ever granted', async () => {
    const { server, clock, link } = open()
    const filter = 'daak/turns/+'
    server.refusals.set(filter, new Refused(0x97, 'The server does not reach its store for now.'))
    const subscribed = link.subscribe({ filters: [{ filter, qos: 1 }], receive: () => {} })
    expect(await become(link, 'offline')).toMatchObject({ reason: { reasonCode: 0x97 } })
    server.refusals.delete(filter)
    clock.advance(1_000)
    await subscribed
    await link.online()
    expect(server.connection.subscribed.map(({ filter }) => filter)).toContain(filter)
  })

  test('tells who subscribes while it is online that this is refused for now, and keeps the connection', async () => {
    const { server, link } = open()
    await link.online()
    const refusal = new Refused(0x97, 'The server does not reach its store for now.')
    server.refusals.set('daak/turns/+', refusal)
    const filters = [{ filter: 'daak/turns/+', qos: 1 as const }]
    await expect(link.subscribe({ filters, receive: () => {} })).rejects.toBe(refusal)
    expect(link.status.state).toBe('online')
  })

  test('gives a message to the subscriptions whose filter it matches', async () => {
    const { server, link } = open()
    const heard: string[] = []
    await link.subscribe({ filters: [{ filter: 'daak/turns/+', qos: 1 }], receive: () => heard.push('turns') })
    await link.subscribe({ filters: [{ filter: 'daak/from/+', qos: 1 }], receive: () => heard.push('from') })
    server.connection.deliver({ topic: 'daak/turns/ana~bot', payload: utf8('{}') })
    expect(heard).toEqual(['turns'])
  })

  test('hears nothing more from a connection that it gave up', async () => {
    const { server, link } = open()
    const heard: string[] = []
    await link.subscribe({ filters: [{ filter: 'daak/turns/+', qos: 1 }], receive: () => heard.push('turns') })
    const first = server.connection
    first.lose()
    first.deliver({ topic: 'daak/turns/ana~bot', payload: utf8('{}') })
    expect(heard).toEqual([])
  })
})

describe('a call', () => {
  /** Answers every call with `body`. */
  const answering = (server: ScriptedServer, body: unknown) => {
    server.onPublish = ({ message, acknowledge }, connection) => {
      const { responseTopic: topic, correlationData } = message
      if (topic && correlationData) connection.deliver({ topic, correlationData, payload: utf8(JSON.stringify(body)) })
      acknowledge()
    }
  }

  test('resolves with the result', async () => {
    const { server, link } = open()
    answering(server, { result: { head: 3 } })
    await expect(link.call('history', 'read', { conversation: 'x' })).resolves.toEqual({ head: 3 })
    expect(server.connection.published[0]?.message).toMatchObject({
      topic: 'daak/rpc/history/read',
      responseTopic: 'daak/replies/ana/c1',
      payload: utf8('{"conversation":"x"}'),
    })
  })

  test('rejects with the error that the service answers', async () => {
    const { server, link } = open()
    answering(server, { error: { code: -32001, message: 'You are no member.', data: { conversation: 'x' } } })
    const failure = await link.call('history', 'read', {}).catch((error) => error)
    expect(failure).toBeInstanceOf(RpcFailure)
    expect(failure).toMatchObject({ code: -32001, message: 'You are no member.', data: { conversation: 'x' } })
  })

  test('rejects when the answer is none', async () => {
    const { server, link } = open()
    answering(server, 'well')
    await expect(link.call('history', 'read', {})).rejects.toMatchObject({ code: -32603 })
  })

  test('waits for a connection', async () => {
    const { server, clock, link } = open()
    answering(server, { result: 1 })
    await link.online()
    server.connection.lose()
    const answer = link.call('history', 'read', {})
    clock.advance(250)
    await expect(answer).resolves.toBe(1)
  })

  test('fails with the connection that it was sent on', async () => {
    const { server, link } = open()
    await link.online()
    const sent = new Promise<void>((resolve) => {
      server.onPublish = () => resolve()
    })
    const answer = link.call('turns', 'commit', {})
    await sent
    server.connection.lose()
    await expect(answer).rejects.toBeInstanceOf(ConnectionLost)
  })

  test.each([
    { how: 'for now', reasonCode: 0x8d },
    { how: 'for good', reasonCode: 0x87 },
  ])(
    'is not known to be carried out or not where the server ends its connection with a reason, $how',
    async ({ reasonCode }) => {
      const { server, link } = open()
      await link.online()
      const sent = new Promise<void>((resolve) => {
        server.onPublish = () => resolve()
      })
      const answer = link.call('turns', 'commit', {})
      await sent
      server.connection.lose(new Refused(reasonCode))
      await expect(answer).rejects.toBeInstanceOf(ConnectionLost)
    },
  )

  test('fails when it is refused', async () => {
    const { server, link } = open()
    server.onPublish = ({ refuse }) => refuse(new Refused(0x87))
    await expect(link.call('turns', 'commit', {})).rejects.toBeInstanceOf(Refused)
  })

  test('fails when its time is over, with or without a connection', async () => {
    const { server, clock, link } = open()
    await link.online()
    server.connection.lose()
    server.down = new ConnectionLost('nobody there')
    const answer = link.call('history', 'read', {}, { timeoutMs: 50 })
    clock.advance(50)
    await expect(answer).rejects.toThrow('history/read was not answered within 50 ms.')
  })

  test('fails when it is aborted', async () => {
    const { link } = open()
    const abort = new AbortController()
    const answer = link.call('history', 'read', {}, { signal: abort.signal })
    abort.abort(new Error('the user left'))
    await expect(answer).rejects.toThrow('the user left')
  })

  test('leaves no alarm behind', async () => {
    const { server, clock, link } = open()
    answering(server, { result: 1 })
    await link.call('history', 'read', {})
    expect(clock.waiting).toBe(0)
  })
})

describe('a closed link', () => {
  test('rejects what waits and what comes', async () => {
    const { server, link } = open()
    await link.online()
    server.connection.lose()
    const waiting = link.call('history', 'read', {})
    await link.close()
    expect(link.status).toEqual({ state: 'closed' })
    await expect(waiting).rejects.toBeInstanceOf(Closed)
    await expect(link.publish({ topic: 't', payload: utf8('') }, { qos: 0 })).rejects.toBeInstanceOf(Closed)
    await expect(link.subscribe({ filters: [], receive: () => {} })).rejects.toBeInstanceOf(Closed)
  })

  test('waits for no connection that is still being made', async () => {
    const reached = new Promise<AbortSignal | undefined>((resolve) => {
      const link = openLink({ client: 'ana', open: (_, signal) => new Promise(() => resolve(signal)) })
      links.push(link)
    })
    const signal = await reached
    expect(signal?.aborted).toBe(false)
    await links.at(-1)?.close()
    expect(signal?.aborted).toBe(true)
  })

  test('does not come back', async () => {
    const { server, clock, link } = open()
    await link.online()
    server.connection.lose()
    await link.close()
    clock.advance(60_000)
    expect(server.connections).toHaveLength(1)
  })
})
