import { type Packet, type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageError } from '../../src/index.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import type { Usage } from '../../src/limits/port.js'
import type { House } from '../support/house.js'
import { type Peer, subscriptionRequest } from '../support/peer.js'
import { inMemory } from '../support/storage.js'
import { withWrite } from '../support/with-write.js'
import { house, of } from './support.js'

const vendor = 'acme'
const nothing: Usage = {
  connections: 0,
  sessions: 0,
  subscriptions: 0,
  retainedMessages: 0,
  retainedBytes: 0,
  queuedMessages: 0,
  queuedBytes: 0,
  inflight: 0,
}

const names = ['ana', 'ben', 'cyd'] as const
const refused = 'daak/refused'
const filters = ['a', 'b', '#', '$share/g/a', '$share/g/b', refused] as const
const topics = ['a', 'b'] as const
const payload = 'hello'
const expirySeconds = 60
const retainedSeconds = 20

/** The most that each client, and all of them together, may have: so little that it is reached often. */
const accountLimits = {
  perClient: { subscriptions: 3, retainedMessages: 1 },
  perVendor: { connections: 2, sessions: 2, subscriptions: 5 },
}

type Act =
  | { does: 'connect'; name: string; kept: boolean; clean: boolean; willRetains: boolean }
  | { does: 'subscribe' | 'unsubscribe'; name: string; filter: string }
  | { does: 'retain'; name: string; topic: string; expires: boolean }
  | { does: 'remove'; name: string; topic: string }
  | { does: 'disconnect' | 'vanish'; name: string }
  | { does: 'wait'; seconds: number }
  | { does: 'restart' }

const name = fc.constantFrom(...names)
const filter = fc.constantFrom(...filters)
const topic = fc.constantFrom(...topics)

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('connect' as const),
      name,
      kept: fc.boolean(),
      clean: fc.boolean(),
      willRetains: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('subscribe', 'unsubscribe'), name, filter }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('retain' as const), name, topic, expires: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), name, topic }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('disconnect', 'vanish'), name }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.constantFrom(1, 25, 61) }) },
  { weight: 1, arbitrary: fc.constant<Act>({ does: 'restart' }) },
)

interface ModelSession {
  kept: boolean
  filters: Set<string>
  connected: boolean
  /** When it ends, while nobody is connected. */
  ends?: number
  will: boolean
}

interface ModelRetained {
  publisher: string
  due: number
}

/** What the accounts should hold, told in a few lines that share nothing with the server's. */
class Model {
  now = 0
  readonly sessions = new Map<string, ModelSession>()
  readonly retained = new Map<string, ModelRetained>()

  connect({ name, kept, clean, willRetains }: Act & { does: 'connect' }): boolean {
    // It takes its own earlier connection over, and is refused after that.
    this.leave(name, { will: true })
    if (this.#count(({ connected }) => connected) >= accountLimits.perVendor.connections) return false
    if (clean) this.#end(name)
    const before = this.sessions.get(name)
    if (!before && kept && this.#count((session) => session.kept) >= accountLimits.perVendor.sessions) return false
    const { ends: _, ...session } = before ?? { kept, filters: new Set<string>(), connected: true, will: false }
    this.sessions.set(name, { ...session, connected: true, will: willRetains })
    this.#expires.set(name, kept)
    return true
  }

  /** Whether the last connection asked for its session to be kept. */
  readonly #expires = new Map<string, boolean>()

  subscribe(name: string, filter: string): void {
    const session = this.#connected(name)
    if (!session || session.filters.has(filter) || filter === refused) return
    const all = [...this.sessions.values()].reduce((sum, { filters }) => sum + filters.size, 0)
    if (session.filters.size >= accountLimits.perClient.subscriptions) return
    if (all < accountLimits.perVendor.subscriptions) session.filters.add(filter)
  }

  unsubscribe(name: string, filter: string): void {
    this.#connected(name)?.filters.delete(filter)
  }

  /** What expired goes first, whatever becomes of the message. Answers whether it was taken. */
  retain(name: string, topic: string, seconds = Number.POSITIVE_INFINITY): boolean {
    this.#dropExpired()
    const others = [...this.retained].filter(([other, { publisher }]) => publisher === name && other !== topic)
    if (others.length >= accountLimits.perClient.retainedMessages) return false
    this.retained.set(topic, { publisher: name, due: this.now + seconds })
    return true
  }

  remove(topic: string): void {
    this.#dropExpired()
    this.retained.delete(topic)
  }

  leave(name: string, { will }: { will: boolean }): void {
    const session = this.#connected(name)
    if (!session) return
    if (will && session.will) this.retain(name, `will/${name}`)
    session.connected = false
    session.will = false
    if (this.#expires.get(name)) session.ends = this.now + expirySeconds
    else this.#end(name)
  }

  wait(seconds: number): void {
    this.now += seconds
    for (const [name, { ends = Number.POSITIVE_INFINITY }] of this.sessions) if (ends <= this.now) this.#end(name)
  }

  get usage(): Usage {
    const sessions = [...this.sessions.values()]
    const bytes = [...this.retained.keys()].reduce((sum, topic) => sum + topic.length + payload.length, 0)
    return {
      ...nothing,
      connections: sessions.filter(({ connected }) => connected).length,
      sessions: sessions.filter(({ kept }) => kept).length,
      subscriptions: sessions.reduce((sum, { filters }) => sum + filters.size, 0),
      retainedMessages: this.retained.size,
      retainedBytes: bytes,
    }
  }

  #connected(name: string): ModelSession | undefined {
    const session = this.sessions.get(name)
    return session?.connected ? session : undefined
  }

  #count(fits: (session: ModelSession) => boolean): number {
    return [...this.sessions.values()].filter(fits).length
  }

  #end(name: string): void {
    this.sessions.delete(name)
  }

  #dropExpired(): void {
    for (const [topic, { due }] of this.retained) if (due <= this.now) this.retained.delete(topic)
  }
}

/** The same at the server. */
class Actors {
  readonly #peers = new Map<string, Peer>()

  constructor(private opened: House) {}

  get usage(): Usage {
    return this.opened.accounts.usage(vendor)
  }

  async connect({ name, kept, clean, willRetains }: Act & { does: 'connect' }): Promise<boolean> {
    const before = this.#peers.get(name)
    const peer = await this.opened.connect(name, {
      ...of(vendor, name),
      cleanStart: clean,
      ...(kept && { properties: { sessionExpiryInterval: expirySeconds } }),
      ...(willRetains && {
        will: { topic: `will/${name}`, payload: new TextEncoder().encode(payload), qos: 0, retain: true },
      }),
    })
    await before?.closed
    const isIn = peer.connack.reasonCode === 0
    if (isIn) this.#peers.set(name, peer)
    else {
      this.#peers.delete(name)
      await peer.closed
    }
    return isIn
  }

  async subscribe(name: string, filter: string): Promise<void> {
    const peer = this.#peers.get(name)
    peer?.send({ type: 'subscribe', packetId: 8, subscriptions: [subscriptionRequest(filter)] })
    await until('suback', peer)
  }

  async unsubscribe(name: string, filter: string): Promise<void> {
    const peer = this.#peers.get(name)
    peer?.send({ type: 'unsubscribe', packetId: 9, filters: [filter] })
    await until('unsuback', peer)
  }

  async publish(name: string, topic: string, text: string, properties = {}): Promise<void> {
    const peer = this.#peers.get(name)
    peer?.publish(topic, text, { qos: 1, retain: true, properties })
    await until('puback', peer)
  }

  async leave(name: string, how: 'disconnect' | 'vanish'): Promise<void> {
    await this.#peers.get(name)?.[how]()
    this.#peers.delete(name)
    await settled()
  }

  async wait(seconds: number): Promise<void> {
    this.opened.clock.advance(seconds * 1000)
    await settled()
  }

  async restart(): Promise<void> {
    this.opened = await this.opened.restart()
    this.#peers.clear()
  }

  async close(): Promise<void> {
    await this.opened.close()
  }
}

/** Hears all that comes before the answer. */
const until = async (type: Packet['type'], peer: Peer | undefined): Promise<void> => {
  for (let packet = await peer?.next(); packet && packet.type !== type; packet = await peer?.next());
}

/** In-process streams and storage move in microtasks, and writers at the end of a tick. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

const both = async (act: Act, model: Model, actors: Actors): Promise<void> => {
  switch (act.does) {
    case 'connect':
      expect(await actors.connect(act)).toBe(model.connect(act))
      break
    case 'subscribe':
    case 'unsubscribe':
      model[act.does](act.name, act.filter)
      await actors[act.does](act.name, act.filter)
      break
    case 'retain':
      if (!model.sessions.get(act.name)?.connected) break
      model.retain(act.name, act.topic, act.expires ? retainedSeconds : undefined)
      await actors.publish(act.name, act.topic, payload, act.expires ? { messageExpiryInterval: retainedSeconds } : {})
      break
    case 'remove':
      if (!model.sessions.get(act.name)?.connected) break
      model.remove(act.topic)
      await actors.publish(act.name, act.topic, '')
      break
    case 'disconnect':
    case 'vanish':
      model.leave(act.name, { will: act.does === 'vanish' })
      await actors.leave(act.name, act.does)
      break
    case 'wait':
      model.wait(act.seconds)
      await actors.wait(act.seconds)
      break
    case 'restart':
      // A server that says goodbye to its clients says their wills.
      for (const name of names) model.leave(name, { will: true })
      await actors.restart()
  }
}

describe('what a vendor has', () => {
  it('is what it took and did not give back, whatever its clients do', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      const opened = await house({ accountLimits })
      const model = new Model()
      const actors = new Actors(opened)
      for (const act of acts) {
        await both(act, model, actors)
        expect(actors.usage, JSON.stringify(act)).toEqual(model.usage)
      }
      await actors.close()
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it.each([
    ['in memory', 0],
    ['in the store', expirySeconds],
  ])('holds what waits %s, until it is acknowledged', async (_, sessionExpiryInterval) => {
    const opened = await house()
    const reader = await opened.connect('reader', {
      ...of(vendor),
      properties: { sessionExpiryInterval, receiveMaximum: 1 },
    })
    await reader.subscribe('room', { qos: 1 })
    const writer = await opened.connect('writer', of(vendor, 'ben'))
    for (const packetId of [1, 2, 3]) writer.publish('room', payload, { qos: 1, packetId })
    for (let i = 0; i < 3; i++) await writer.expect('puback')
    // In the store, what is on its way waits as well.
    const waiting = sessionExpiryInterval > 0 ? 3 : 2
    expect(opened.accounts.usage(vendor)).toMatchObject({ queuedMessages: waiting, queuedBytes: waiting * 9 })
    for (let i = 0; i < 3; i++) reader.send(acknowledgementOf(await reader.expect('publish')))
    await reader.heard()
    await settled()
    expect(opened.accounts.usage(vendor)).toMatchObject({ queuedMessages: 0, queuedBytes: 0 })
  })

  it('holds what waits in the store over a restart, and no more when the session has ended', async () => {
    const opened = await house()
    await waitingInStore(opened)
    const next = await opened.restart()
    onTestFinished(() => next.close())
    expect(next.accounts.usage(vendor)).toMatchObject({ sessions: 1, queuedMessages: 2, queuedBytes: 18 })
    next.clock.advance(expirySeconds * 1000)
    await settled()
    expect(next.accounts.usage(vendor)).toEqual(nothing)
  })

  it('goes with what is handed over to another member of a shared subscription', async () => {
    const opened = await house()
    await waitingInStore(opened, '$share/g/room')
    const other = await opened.connect('other', { ...of(vendor, 'cyd'), properties: { sessionExpiryInterval: 9 } })
    await other.subscribe('$share/g/room', { qos: 1 })
    opened.clock.advance(expirySeconds * 1000)
    await settled()
    for (let i = 0; i < 2; i++) other.send(acknowledgementOf(await other.expect('publish')))
    await other.heard()
    await settled()
    expect(opened.accounts.usage(vendor)).toMatchObject({ queuedMessages: 0, queuedBytes: 0, sessions: 1 })
  })

  it('is nothing more where a client is sent home in the midst of what is retained for it', async () => {
    const opened = await house({ accountLimits: { perConnection: { inflight: 1, queuedMessages: 10 } } })
    const ana = await opened.connect('ana', of('other'))
    for (let packetId = 1; packetId <= 50; packetId++) {
      ana.publish(`room/${packetId}`, payload, { qos: 1, retain: true, packetId })
      await ana.expect('puback')
    }
    await ana.disconnect()
    await settled()
    const before = { ...opened.accounts.usage('other') }
    const reader = await opened.connect('reader', of('other'))
    reader.send({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('#', { qos: 1 })] })
    await reader.closed
    await settled()
    expect(opened.accounts.usage('other')).toEqual(before)
    expect(before).toEqual({ ...nothing, retainedMessages: 50, retainedBytes: 9 * 6 + 41 * 7 + 50 * 5 })
  })
})

describe('where the storage fails', () => {
  const failing = async () => {
    const keyValue = memoryKeyValue()
    let fails = false
    // The work is done, and then lost: what it charged has to be given back.
    const refusing = withWrite(keyValue, (work, flushed) =>
      fails
        ? keyValue.write((tx) => {
            work(tx)
            throw new StorageError('full', 'No room')
          })
        : keyValue.write(work, flushed),
    )
    const opened = await house({ storage: await inMemory(refusing) })
    return {
      opened,
      fail: (now: boolean) => {
        fails = now
      },
    }
  }

  it('charges nobody for a retained message that was not kept, and as before for the one that it was to replace', async () => {
    const { opened, fail } = await failing()
    const ana = await opened.connect('ana', of(vendor))
    ana.publish('room', payload, { qos: 1, retain: true })
    await ana.expect('puback')
    const before = { ...opened.accounts.usage(vendor) }
    fail(true)
    ana.publish('room', 'a longer one', { qos: 1, retain: true })
    expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.QuotaExceeded)
    expect(opened.accounts.usage(vendor)).toEqual(before)
    fail(false)
  })

  it('charges nobody for a message that was not queued', async () => {
    const { opened, fail } = await failing()
    await waitingInStore(opened)
    const before = { ...opened.accounts.usage(vendor) }
    const ana = await opened.connect('ana', of(vendor))
    fail(true)
    ana.publish('room', payload, { qos: 1 })
    expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.QuotaExceeded)
    fail(false)
    await ana.disconnect()
    expect(opened.accounts.usage(vendor)).toEqual(before)
  })

  it('charges nobody for a session that could not be made', async () => {
    const { opened, fail } = await failing()
    fail(true)
    const ana = await opened.connect('ana', { ...of(vendor), properties: { sessionExpiryInterval: 60 } })
    expect(ana.connack.reasonCode).toBeGreaterThanOrEqual(0x80)
    await ana.closed
    await settled()
    expect(opened.accounts.usage(vendor)).toEqual(nothing)
    fail(false)
  })
})

const acknowledgementOf = ({ packetId = 0 }: PublishPacket): Packet => ({ type: 'puback', packetId, reasonCode: 0 })

/** A session without a connection, for which two messages wait. */
const waitingInStore = async (opened: House, filter = 'room'): Promise<void> => {
  const properties = { sessionExpiryInterval: expirySeconds }
  const reader = await opened.connect('reader', { ...of(vendor), properties })
  await reader.subscribe(filter, { qos: 1 })
  await reader.disconnect()
  const writer = await opened.connect('writer', of(vendor, 'ben'))
  for (const packetId of [1, 2]) writer.publish('room', payload, { qos: 1, packetId })
  for (let i = 0; i < 2; i++) await writer.expect('puback')
  await writer.disconnect()
}
