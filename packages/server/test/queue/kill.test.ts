import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberedOf, PersistentPublisher } from '../holding/support/persistent-publisher.js'
import { RunningServer } from '../holding/support/running-server.js'
import { type Program, program } from '../support/child.js'
import { Client, propertyOf } from '../support/client.js'
import { connectTo } from '../support/doors.js'
import { textOf } from '../support/peer.js'

let server: Program
let folder: string

beforeAll(async () => {
  server = await program('holding/fixtures/server.ts')
  folder = await mkdtemp(join(tmpdir(), 'daakia-'))
})

afterAll(async () => {
  await server.remove()
  await rm(folder, { recursive: true })
})

interface Sighting {
  seq: number
  number: number
  dup: boolean
}

/** What the workers were given, by conversation, in the order in which it came. */
class Sightings {
  readonly seen = new Map<string, Sighting[]>()
  #count = 0
  #waiting: { enough: () => boolean; resolve: () => void } | undefined

  add(packet: PublishPacket): number {
    const conversation = packet.topic.split('/')[2] as string
    const sighting = {
      seq: Number(propertyOf(packet, 'seq')),
      number: numberedOf(textOf(packet)).number,
      dup: packet.dup,
    }
    this.seen.set(conversation, [...(this.seen.get(conversation) ?? []), sighting])
    if (this.#waiting?.enough()) this.#waiting.resolve()
    this.#count++
    return this.#count
  }

  until(enough: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { enough, resolve }
      if (enough()) resolve()
    })
  }
}

/** Handles what it is given until its connection ends; of some messages it never says so. */
const work = async (port: number, connection: string, sightings: Sightings, { leaves }: { leaves: boolean }) => {
  const client = await Client.connect(await connectTo(port), 'desk', { connection, silent: true })
  await client.subscribe(topics.queue('workers'))
  const handle = async () => {
    for (;;) {
      const packet = await client.hears()
      const count = sightings.add(packet)
      if (!leaves || count % 11 !== 0) client.acknowledge(packet)
    }
  }
  void handle()
}

const kills = 12

test(`${kills} kills of the server lose no message of a queue, and keep the order of its conversations`, {
  timeout: 180_000,
}, async () => {
  const targets = [{ topic: 'daak/to/desk' }]
  const publishers = ['ana', 'ben', 'cem'].map(
    (clientId) => new PersistentPublisher({ clientId, targets, window: 10, qos: [1] }),
  )
  const sightings = new Sightings()
  for (let kill = 0; kill < kills; kill++) {
    const { child, port } = await RunningServer.start(server, folder)
    for (const connection of ['one', 'two']) await work(port, connection, sightings, { leaves: true })
    const progress = publishers.map((publisher) => publisher.progress(1 + ((kill * 37) % 41)))
    const gone = publishers.map((publisher) => publisher.connect(port))
    await Promise.all(progress)
    await child.kill()
    await Promise.all(gone)
  }

  const { child, port } = await RunningServer.start(server, folder)
  const gone = publishers.map((publisher) => publisher.connect(port))
  await Promise.all(publishers.map((publisher) => publisher.finish()))
  await work(port, 'last', sightings, { leaves: false })
  const wanted = ['ana', 'ben', 'cem'].map((name, i) => ({
    conversation: `${name}~desk`,
    numbers: [...(publishers[i] as PersistentPublisher).acknowledged].map((text) => numberedOf(text).number),
  }))
  const numbersOf = (conversation: string) => (sightings.seen.get(conversation) ?? []).map(({ number }) => number)
  await sightings.until(() =>
    wanted.every(({ conversation, numbers }) => numbersOf(conversation).includes(Math.max(...numbers))),
  )
  await child.kill()
  await Promise.all(gone)

  for (const { conversation, numbers } of wanted) {
    const seen = sightings.seen.get(conversation) ?? []
    const arrived = new Set(numbersOf(conversation))
    expect(numbers.filter((number) => !arrived.has(number))).toEqual([])
    const firsts = seen.filter(({ seq }, i) => seen.findIndex((other) => other.seq === seq) === i)
    expect(firsts.map(({ seq }) => seq)).toEqual(firsts.map((_, i) => i + 1))
    // One that was not acknowledged comes again before anything else does, and says so.
    const repeated = seen.filter((sighting) => !firsts.includes(sighting))
    expect(repeated.filter(({ dup }) => !dup)).toEqual([])
  }
  const all = [...sightings.seen.values()].flat()
  expect(all.length).toBeGreaterThan(new Set(wanted.flatMap(({ numbers }) => numbers)).size)
})
