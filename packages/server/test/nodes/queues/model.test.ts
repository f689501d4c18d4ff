import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createActivity } from '../../../src/activity.js'
import type { Delivery, LiveSession } from '../../../src/broker/exchange/port.js'
import type { InboxEntry } from '../../../src/inbox/port.js'
import { EmbeddedQueues } from '../../../src/inbox/queue/embedded.js'
import { QueueGroups } from '../../../src/inbox/queue/index.js'
import type { KeyValue } from '../../../src/kv/port.js'
import type { JournalMessage } from '../../../src/persistence/port.js'
import { ManualClock } from '../../support/manual-clock.js'
import { peersInMemory, type TestPeers } from '../../support/peers.js'
import { inMemory } from '../../support/storage.js'

const leaseMs = 30_000
const name = { vendor: 'acme', client: 'desk', group: 'workers' }
const conversations = ['ana~desk', 'ben~desk', 'cem~desk'] as const
const filter = 'workers'

type Step =
  | { do: 'say'; which: number }
  | { do: 'come' | 'cut off' | 'mend' | 'die' | 'lapse' | 'start'; which: number }
  | { do: 'vanish' | 'unsubscribe' | 'acknowledge' | 'fail'; which: number }
  | { do: 'wait'; delayMs: number }

const those = (weight: number, ...does: Exclude<Step, { do: 'wait' }>['do'][]) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...does), which: fc.nat(11) }) as fc.Arbitrary<Step>,
})

const step: fc.Arbitrary<Step> = fc.oneof(
  those(10, 'say'),
  those(6, 'come'),
  those(14, 'acknowledge', 'acknowledge', 'fail'),
  those(3, 'vanish', 'unsubscribe'),
  those(4, 'cut off', 'mend', 'mend'),
  those(2, 'die', 'lapse', 'start'),
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      delayMs: fc.constantFrom(1, 2_000, leaseMs, 3 * leaseMs),
    }),
  },
)

interface Node {
  peers: TestPeers
  groups: QueueGroups
  state: 'up' | 'cut off' | 'lapsed' | 'dead'
}

/** A connection, with what it was given and has not answered. */
interface Worker {
  node: Node
  session: LiveSession & { closed: boolean }
  given: Delivery[]
}

/** Several nodes, whose letters get lost and which die; what is stored is not lost. */
class World {
  readonly #clock = new ManualClock()
  readonly #server = peersInMemory()
  readonly #log: InboxEntry[] = []
  readonly #lengths = new Map<string, number>()
  /** By conversation, the highest `seq` that somebody has acknowledged. */
  readonly #handled = new Map<string, number>()
  readonly #problems: string[] = []
  #nodes: Node[] = []
  #workers: Worker[] = []
  #count = 0

  constructor(private readonly kv: KeyValue) {
    for (let i = 0; i < 3; i++) this.#start()
  }

  async take({ do: what, ...step }: Step): Promise<void> {
    const which = 'which' in step ? step.which : 0
    if ('delayMs' in step) this.#clock.advance(step.delayMs)
    else if (what === 'say') this.#say(conversations[which % conversations.length] as string)
    else if (what === 'start') this.#start()
    else if (what === 'come') this.#come(pick(this.#running, which))
    else if (what === 'cut off') this.#cutOff(pick(this.#in('up'), which))
    else if (what === 'mend') this.#mend(pick([...this.#in('cut off'), ...this.#in('lapsed')], which))
    else if (what === 'die' || what === 'lapse') this.#die(what, pick(this.#running, which))
    else if (what === 'vanish') this.#vanish(pick(this.#workers, which))
    else if (what === 'unsubscribe') this.#unsubscribe(pick(this.#workers, which))
    else this.#answer(what === 'fail', which)
    await this.#rest()
  }

  /** When nothing gets lost any more, and somebody works, all is handled. */
  async end(): Promise<void> {
    for (const node of this.#nodes) this.#mend(node)
    if (this.#running.length === 0) this.#start()
    this.#come(this.#running[0])
    for (let round = 0; round < 60 && (await this.#floor()) < this.#log.length; round++) {
      await this.#rest()
      for (const { given } of this.#workers) for (const delivery of given.splice(0)) this.#acknowledge(delivery, false)
      await this.#rest()
      if (round % 10 === 9) this.#clock.advance(leaseMs)
      else this.#clock.advance(2_000)
    }
    expect(this.#problems).toEqual([])
    expect(Object.fromEntries(this.#handled)).toEqual(Object.fromEntries(this.#lengths))
    await this.#rest()
    expect(await this.#floor()).toBe(this.#log.length)
  }

  /** Up to where all is written as handled. */
  async #floor(): Promise<number> {
    return (await new EmbeddedQueues(this.kv).open(name, 0)).floor
  }

  get #running(): Node[] {
    return this.#nodes.filter(({ state }) => state === 'up' || state === 'cut off')
  }

  #in(state: Node['state']): Node[] {
    return this.#nodes.filter((node) => node.state === state)
  }

  #start(): void {
    const peers = this.#server.join(`node-${++this.#count}`)
    const groups = new QueueGroups({
      ...{ peers, clock: this.#clock, random: Math.random, activity: createActivity() },
      ...{ queues: new EmbeddedQueues(this.kv), terms: { leaseMs, tries: 1_000 } },
      retries: { firstMs: 0, longestMs: 0 },
      inbox: {
        head: async () => ({ epoch: 1, offset: this.#log.length, trimmed: 0 }),
        read: async (_vendor, _client, offset, limit) => this.#log.slice(offset, offset + limit),
      },
      messages: {
        get: (_vendor, _conversation, seq) => messageOf(seq),
        onNewestLine: async (_vendor, _conversation, seq) => messageOf(seq),
      },
      makeToken: () => `token-${++this.#count}`,
      bury: async () => {},
      failed: (error) => this.#problems.push(String(error)),
    })
    this.#nodes.push({ peers, groups, state: 'up' })
  }

  #say(conversation: string): void {
    const seq = (this.#lengths.get(conversation) ?? 0) + 1
    this.#lengths.set(conversation, seq)
    this.#log.push({ offset: this.#log.length + 1, conversation, seq })
    for (const { groups } of this.#in('up')) groups.wake(name.vendor, [name.client])
  }

  #come(node: Node | undefined): void {
    if (!node) return
    const connection = `worker-${++this.#count}`
    const given: Delivery[] = []
    const session = {
      name: { ...name, connection },
      closed: false,
      send: (delivery: Delivery) => {
        this.#check(delivery)
        return given.push(delivery) > 0
      },
    } as unknown as Worker['session']
    this.#workers.push({ node, session, given })
    void node.groups.open(name).then(() => node.groups.enter(session, name, { filter, capacity: 2 }))
  }

  /** Nothing is given before what comes before it in its conversation was acknowledged. */
  #check({ topic, userProperties = [] }: Delivery): void {
    const { conversation, seq } = placeIn(topic, userProperties)
    if (seq > (this.#handled.get(conversation) ?? 0) + 1) this.#problems.push(`${conversation} ${seq} came too early`)
  }

  #answer(fails: boolean, which: number): void {
    const worker = pick(
      this.#workers.filter(({ given }) => given.length > 0),
      which,
    )
    const delivery = worker?.given.shift()
    if (delivery) this.#acknowledge(delivery, fails)
  }

  #acknowledge(delivery: Delivery, fails: boolean): void {
    const { conversation, seq } = placeIn(delivery.topic, delivery.userProperties ?? [])
    if (!fails) this.#handled.set(conversation, Math.max(seq, this.#handled.get(conversation) ?? 0))
    delivery.acknowledged?.(fails ? { reasonCode: 0x83 } : undefined)
  }

  #vanish(worker: Worker | undefined): void {
    if (!worker) return
    this.#workers = this.#workers.filter((each) => each !== worker)
    worker.session.closed = true
    worker.node.groups.detach(worker.session)
  }

  #unsubscribe(worker: Worker | undefined): void {
    worker?.node.groups.leave(worker.session, filter)
  }

  #cutOff(node: Node | undefined): void {
    if (!node) return
    node.state = 'cut off'
    node.peers.cutOff()
  }

  #mend(node: Node | undefined): void {
    if (!node || (node.state !== 'cut off' && node.state !== 'lapsed')) return
    node.state = 'up'
    node.peers.rejoin()
    for (const { groups } of this.#in('up')) groups.wakeAll()
  }

  /** For good, or as others see one that stands still. */
  #die(how: 'die' | 'lapse', node: Node | undefined): void {
    if (!node) return
    node.state = how === 'die' ? 'dead' : 'lapsed'
    node.peers.die()
    if (how === 'die') this.#workers = this.#workers.filter((worker) => worker.node !== node)
  }

  async #rest(): Promise<void> {
    for (let i = 0; i < 20; i++) await turn()
  }
}

const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % from.length]

const placeIn = (topic: string, properties: readonly (readonly [string, string])[]) => ({
  conversation: topic.split('/')[2] as string,
  seq: Number(properties.find(([key]) => key === 'seq')?.[1]),
})

const messageOf = (seq: number): JournalMessage => ({
  ...{ id: `${seq}`, seq, from: 'somebody', at: 0, type: 'text', payload: new Uint8Array() },
})

test('over nodes that are cut off, stand still and die a queue loses nothing, and keeps the order of each conversation', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const { keyValue } = await inMemory()
      await new EmbeddedQueues(keyValue).open(name, 0)
      const world = new World(keyValue)
      for (const each of steps) await world.take(each)
      await world.end()
    }),
    { numRuns: 150 },
  )
})
