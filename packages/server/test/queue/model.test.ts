import type { PublishPacket } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { TestServer } from '../support/server.js'
import { Worker } from './support/worker.js'

const leaseMs = 30_000
const people = ['ana', 'ben', 'cem'] as const
const connections = ['one', 'two', 'three'] as const

type Step =
  | { do: 'say'; who: string }
  | { do: 'connect' | 'vanish' | 'disconnect' | 'unsubscribe'; connection: string }
  | { do: 'acknowledge' | 'fail'; connection: string; which: number }
  | { do: 'wait'; delayMs: number }
  | { do: 'restart' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('say' as const), who: fc.constantFrom(...people) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('connect', 'connect', 'connect', 'vanish', 'disconnect', 'unsubscribe'),
      connection: fc.constantFrom(...connections),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constantFrom('acknowledge', 'acknowledge', 'acknowledge', 'fail'),
      connection: fc.constantFrom(...connections),
      which: fc.nat(5),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      delayMs: fc.constantFrom(1, 1_000, leaseMs - 1, leaseMs, 3 * leaseMs),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
)

/** A message that a connection was given, and has not answered. */
interface Given {
  packet: PublishPacket
  conversation: string
  seq: number
  at: number
}

/** What should be: who has what, and how far each conversation is. Everything that a connection is given is held to it. */
class World {
  readonly #workers = new Map<string, { worker: Worker; given: Given[] }>()
  readonly #people = new Map<string, Client>()
  readonly said = new Map<string, number>()
  /** By conversation, the `seq` that is to be handled next. */
  readonly #next = new Map<string, number>()
  /** By conversation, who has its message: nobody else may have it before the lease is over. */
  readonly #current = new Map<string, Given>()

  private constructor(private server: TestServer) {}

  static async open(): Promise<World> {
    const retries = { firstMs: 1_000, longestMs: 8_000 }
    const world = new World(await TestServer.open({ retries, queues: { leaseMs, tries: 1_000_000 } }))
    await world.#connect('zero')
    await world.#end('zero', 'disconnect')
    return world
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'say') await this.#say(step.who)
    else if (step.do === 'wait') this.server.clock.advance(step.delayMs)
    else if (step.do === 'restart') await this.#restart()
    else if (step.do === 'connect') await this.#connect(step.connection)
    else if (step.do === 'acknowledge' || step.do === 'fail') await this.#answer(step)
    else await this.#end(step.connection, step.do)
    await this.#look()
  }

  /** Lets one connection answer everything; what is left then was lost. */
  async finish(): Promise<void> {
    for (const connection of this.#workers.keys()) await this.#end(connection, 'vanish')
    await this.#connect('last')
    for (let round = 0; round < 500 && !this.#done(); round++) {
      await this.#look()
      if (this.#workers.get('last')?.given.length === 0) this.server.clock.advance(8_000)
      await this.#answer({ do: 'acknowledge', connection: 'last', which: 0 })
    }
    const handled = new Map([...this.#next].map(([conversation, next]) => [conversation, next - 1]))
    expect(handled).toEqual(new Map([...this.said].filter(([, count]) => count > 0)))
  }

  #done(): boolean {
    return [...this.said].every(([conversation, count]) => this.#nextOf(conversation) === count + 1)
  }

  async #say(who: string): Promise<void> {
    const client = this.#people.get(who) ?? (await this.server.client(who))
    this.#people.set(who, client)
    await client.say('daak/to/desk', 'hi')
    const conversation = [who, 'desk'].sort().join('~')
    this.said.set(conversation, (this.said.get(conversation) ?? 0) + 1)
  }

  async #connect(connection: string): Promise<void> {
    this.#lose(connection)
    const worker = await Worker.connect(this.server, 'desk', { connection })
    this.#workers.set(connection, { worker, given: [] })
  }

  async #end(connection: string, how: 'vanish' | 'disconnect' | 'unsubscribe'): Promise<void> {
    const worker = this.#workers.get(connection)?.worker
    if (!worker) return
    if (how === 'unsubscribe') return void (await worker.unsubscribe())
    await (how === 'vanish' ? worker.client.vanish() : worker.client.disconnect())
    this.#lose(connection)
  }

  #lose(connection: string): void {
    for (const given of this.#workers.get(connection)?.given ?? [])
      if (this.#current.get(given.conversation) === given) this.#current.delete(given.conversation)
    this.#workers.delete(connection)
  }

  async #restart(): Promise<void> {
    for (const connection of this.#workers.keys()) this.#lose(connection)
    this.#people.clear()
    this.server = await this.server.restart()
  }

  async #answer({ do: what, connection, which }: Extract<Step, { which: number }>): Promise<void> {
    const at = this.#workers.get(connection)
    const given = at?.given[which % Math.max(1, at.given.length)]
    if (!at || !given) return
    at.given.splice(at.given.indexOf(given), 1)
    await at.worker.answers(given.packet, what === 'fail' ? 0x83 : 0)
    const current = this.#current.get(given.conversation)
    // An acknowledgement that comes too late counts as long as nobody else has the message.
    const counts = current === given || current === undefined || this.#isOver(current)
    if (what === 'acknowledge' && counts && given.seq === this.#nextOf(given.conversation))
      this.#next.set(given.conversation, given.seq + 1)
    if (current === given) this.#current.delete(given.conversation)
  }

  #isOver({ at }: Given): boolean {
    return this.server.clock.now() >= at + leaseMs
  }

  #nextOf(conversation: string): number {
    return this.#next.get(conversation) ?? 1
  }

  /** Takes what has arrived: in order, and at one connection at a time. */
  async #look(): Promise<void> {
    await this.server.rest()
    for (const at of this.#workers.values())
      for (const packet of at.worker.takeUnheard()) {
        const conversation = packet.topic.split('/')[2] as string
        const given = { packet, conversation, seq: Number(propertyOf(packet, 'seq')), at: this.server.clock.now() }
        const current = this.#current.get(conversation)
        if (current) expect(this.#isOver(current), `${conversation} ${given.seq} is at two connections`).toBe(true)
        expect(given.seq, conversation).toBe(this.#nextOf(conversation))
        this.#current.set(conversation, given)
        at.given.push(given)
      }
  }
}

const runs = Number(process.env.DAAKIA_MODEL_RUNS ?? 60)

test('a queue loses nothing, keeps the order of each conversation, and gives no message to two at a time', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      const world = await World.open()
      for (const each of steps) await world.run(each)
      await world.finish()
    }),
    { numRuns: runs },
  )
})
