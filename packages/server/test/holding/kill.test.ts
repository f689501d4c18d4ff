import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Child, type Program, program } from '../support/child.js'
import { PersistentPublisher } from './support/persistent-publisher.js'
import { PersistentSubscriber } from './support/persistent-subscriber.js'

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

const kills = 100
const topic = 'load'

const start = async (): Promise<{ child: Child; port: number }> => {
  const child = server.start(folder)
  return { child, port: Number((await child.lines.next()).value) }
}

/** A different number each time, from very few to some windows full. */
const messagesBefore = (kill: number): number => 1 + ((kill * 37) % 211)

/** Of those that are there more than once, the first. */
const firsts = (texts: readonly string[]): string[] => [...new Set(texts)]

const ofQoS = (qos: 1 | 2, texts: readonly string[]): string[] => texts.filter((text) => text.startsWith(`${qos}:`))

const inOrder = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1]))

test(`${kills} kills under load lose no acknowledged message, and double none of QoS 2`, {
  timeout: 480_000,
}, async () => {
  const publisher = new PersistentPublisher({ clientId: 'publisher', topic, window: 40 })
  const subscriber = new PersistentSubscriber({ clientId: 'subscriber', topic })

  for (let kill = 0; kill < kills; kill++) {
    const { child, port } = await start()
    const { ended } = await subscriber.connect(port)
    const progress = publisher.progress(messagesBefore(kill))
    const gone = publisher.connect(port)
    await progress
    await child.kill()
    await Promise.all([gone, ended])
  }

  const { child, port } = await start()
  const { ended } = await subscriber.connect(port)
  const gone = publisher.connect(port)
  await publisher.finish()
  await subscriber.has(publisher.acknowledged)
  await child.kill()
  await Promise.all([gone, ended])

  const { received } = subscriber
  expect(publisher.acknowledged.size).toBeGreaterThan(kills * 50)
  expect(ofQoS(2, received)).toEqual(firsts(ofQoS(2, received)))
  for (const qos of [1, 2] as const) expect(firsts(ofQoS(qos, received))).toEqual(inOrder(firsts(ofQoS(qos, received))))
})
