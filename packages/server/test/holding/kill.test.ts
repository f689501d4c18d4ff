import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, program } from '../support/child.js'
import { tcpPeer } from '../support/doors.js'
import { textOf } from '../support/peer.js'
import { numberedOf, PersistentPublisher } from './support/persistent-publisher.js'
import { type Arrival, PersistentSubscriber } from './support/persistent-subscriber.js'
import { RunningServer } from './support/running-server.js'

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

const kills = 40
const state = 'load/state'
const conversation = 'daak/to/subscriber'
const publisherTopics = ['load/a', 'load/b', state, conversation]
/** Where one message at a time is said: nothing else happens that could store what is not stored for its own sake. */
const slowTopic = 'daak/conversations/scribe~subscriber/messages'
const topics = [...publisherTopics, slowTopic]

/** A different number each time, from very few to some windows full. */
const messagesBefore = (kill: number): number => 1 + ((kill * 37) % 211)

const isQoS2 = ({ text }: Arrival): boolean => numberedOf(text).qos === 2

const textsOf = (arrivals: readonly Arrival[]): string[] => arrivals.map(({ text }) => text)

/** Of those that are there more than once, the first. */
const firsts = (texts: readonly string[]): string[] => [...new Set(texts)]

const numbersOn = (topic: string, texts: readonly string[]): number[] =>
  texts
    .map(numberedOf)
    .filter((each) => each.topic === topic)
    .map(({ number }) => number)

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)

/** What the topic keeps, as somebody new finds it. */
const retainedOn = async (topic: string, port: number): Promise<string> => {
  const peer = await tcpPeer(port)
  await peer.connect({ clientId: 'latecomer' })
  await peer.subscribe(topic)
  return textOf(await peer.expect('publish'))
}

test(`${kills} kills under load lose no acknowledged message, double none of QoS 2, and keep the order`, {
  timeout: 240_000,
}, async () => {
  const targets = publisherTopics.map((topic) => ({ topic, retain: topic === state }))
  const publisher = new PersistentPublisher({ clientId: 'publisher', targets, window: 40, qos: [1, 2] })
  const scribe = new PersistentPublisher({ clientId: 'scribe', targets: [{ topic: slowTopic }], window: 1, qos: [2] })
  const subscriber = new PersistentSubscriber({ clientId: 'subscriber', filters: ['load/#', 'daak/from/+'] })

  for (let kill = 0; kill < kills; kill++) {
    const { child, port } = await RunningServer.start(server, folder)
    const { ended } = await subscriber.connect(port)
    const progress = publisher.progress(messagesBefore(kill))
    const gone = [publisher.connect(port), scribe.connect(port)]
    await progress
    await child.kill()
    await Promise.all([...gone, ended])
  }

  const { child, port } = await RunningServer.start(server, folder)
  const { ended } = await subscriber.connect(port)
  const gone = [publisher.connect(port), scribe.connect(port)]
  await Promise.all([publisher.finish(), scribe.finish()])
  const acknowledged = [...publisher.acknowledged, ...scribe.acknowledged]
  // The newest of each topic: as the order is kept, all that was before it has come by then, or never will.
  await subscriber.has(
    topics.flatMap((topic) => acknowledged.filter((text) => numberedOf(text).topic === topic).slice(-1)),
  )
  const kept = await retainedOn(state, port)
  await child.kill()
  await Promise.all([...gone, ended])

  const texts = textsOf(subscriber.received)
  const arrived = new Set(texts)
  expect(acknowledged.length).toBeGreaterThan(kills * 50)
  expect(publisher.lostSessions + scribe.lostSessions + subscriber.lostSessions).toBe(0)
  expect(acknowledged.filter((text) => !arrived.has(text))).toEqual([])
  for (const topic of topics)
    expect(numbersOn(topic, firsts(texts))).toEqual(ascending(numbersOn(topic, firsts(texts))))
  expect(numberedOf(kept).number).toBe(Math.max(...numbersOn(state, acknowledged)))

  const plain = textsOf(subscriber.received.filter((each) => isQoS2(each) && each.seq === undefined))
  expect(plain).toEqual(firsts(plain))
  // A conversation is told with QoS 1, so that its messages may come again, but each has one place in the journal.
  const places = subscriber.received.filter(isQoS2).flatMap(({ text, seq }) => (seq ? [`${text} at ${seq}`] : []))
  expect(new Set(places.map((place) => place.split(' at ')[0])).size).toBe(new Set(places).size)
})
