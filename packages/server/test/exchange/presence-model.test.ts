import { Presence, type Presences } from '@daakia/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const graceMs = 10_000
const names = ['ana', 'cem', 'dan'] as const
const connections = ['phone', 'laptop'] as const

type Step =
  | { do: 'connect' | 'vanish' | 'disconnect' | 'away' | 'online'; name: string; connection: string }
  | { do: 'wait'; delayMs: number }
  | { do: 'restart' }

const onConnection = fc.record({
  do: fc.constantFrom('connect', 'connect', 'connect', 'vanish', 'disconnect', 'away', 'online'),
  name: fc.constantFrom(...names),
  connection: fc.constantFrom(...connections),
}) as fc.Arbitrary<Step>

const waiting = fc.record({
  do: fc.constant('wait' as const),
  delayMs: fc.constantFrom(1, 1_000, graceMs / 2, graceMs - 1, graceMs, graceMs * 3, 120_000),
})

const step = fc.oneof(
  { weight: 12, arbitrary: onConnection },
  { weight: 5, arbitrary: waiting },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
)

/** What should be: who is connected, what each says of itself, and when the last connection of each went. */
class World {
  readonly #live = new Map<string, { client: Client; status: 'online' | 'away' }>()
  readonly wentAt = new Map<string, number>()
  watcher!: Client
  /** What the watcher was told last of each. */
  readonly told = new Map<string, Presence>()

  private constructor(public server: TestServer) {}

  static async open(): Promise<World> {
    const world = new World(await TestServer.open())
    await world.watch()
    for (const name of names) {
      const client = await world.server.client(name, { connection: 'introduction' })
      await client.say('daak/to/ben', 'hi')
      await client.disconnect()
      await world.settle()
      world.wentAt.set(name, world.server.clock.now())
    }
    return world
  }

  async watch(): Promise<void> {
    this.watcher = await this.server.client('ben')
    await this.watcher.subscribe(this.watcher.replies)
    await this.watcher.subscribe('daak/presence/+')
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'wait') this.server.clock.advance(step.delayMs)
    else if (step.do === 'restart') await this.restart()
    else await this.act(step)
    await this.settle()
  }

  async act({ do: what, name, connection }: Extract<Step, { name: string }>): Promise<void> {
    const key = `${name}/${connection}`
    const live = this.#live.get(key)
    if (what === 'connect') {
      const client = await this.server.client(name, { connection })
      await live?.client.closed
      this.#live.set(key, { client, status: 'online' })
    } else if (!live) return
    else if (what === 'away' || what === 'online') {
      await live.client.say(`daak/presence/${name}`, JSON.stringify({ status: what }))
      live.status = what
    } else {
      await live.client[what]()
      this.#live.delete(key)
      this.wentAt.set(name, this.server.clock.now())
    }
  }

  async restart(): Promise<void> {
    for (const key of this.#live.keys()) this.wentAt.set(key.split('/')[0] as string, this.server.clock.now())
    this.#live.clear()
    this.server = await this.server.restart()
    this.told.clear()
    await this.watch()
  }

  async settle(): Promise<void> {
    await this.server.rest()
    for (const message of this.watcher.takeUnheard()) {
      const presence = Presence.parse(JSON.parse(textOf(message)))
      const name = message.topic.split('/')[2] as string
      // What is told may come late, but is never less than what holds.
      if (this.statusOf(name) === 'online') expect([name, presence.status]).toEqual([name, 'online'])
      this.told.set(name, presence)
    }
  }

  statusOf(name: string): Presence['status'] {
    const statuses = [...this.#live].filter(([key]) => key.startsWith(`${name}/`)).map(([, { status }]) => status)
    if (statuses.includes('online')) return 'online'
    return statuses.length > 0 ? 'away' : 'offline'
  }
}

describe('presence', () => {
  test('is right in the end, after any order of connects, drops, take-overs, waits and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await World.open()
        for (const each of steps) await world.take(each)
        world.server.clock.advance(graceMs * 2)
        await world.settle()
        const answer = await world.watcher.call('presence/read', { clients: names })
        const { presences } = (answer as { result: Presences }).result
        for (const { client, ...presence } of presences) {
          expect([client, presence.status]).toEqual([client, world.statusOf(client)])
          expect([client, world.told.get(client)]).toEqual([client, presence])
          const wentAt = world.wentAt.get(client) ?? 0
          if (presence.status !== 'offline') continue
          expect(presence.since).toBeGreaterThanOrEqual(wentAt)
          expect(presence.since).toBeLessThanOrEqual(wentAt + graceMs)
        }
        await world.server.server.close()
      }),
      { numRuns: 40 },
    )
  })
})
