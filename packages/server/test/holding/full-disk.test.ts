import type { Packet } from '@daakia/protocol/mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Program, program } from '../support/child.js'
import { tcpPeer } from '../support/doors.js'
import { connectPacket, type Peer, type PublishFields, subscriptionRequest, textOf } from '../support/peer.js'
import { type SmallDisk, smallDisks } from '../support/small-disk.js'
import { kept, RunningServer } from './support/running-server.js'

const noRoom = 'The server has no room for more: try again later.'
const full = 'The storage is full'
const roomAgain = 'The storage has room again'

/** Needs pages that nobody has freed: what only replaces a little finds room in a full store, too. */
const large = (text: string): string => `${text} ${'x'.repeat(100_000)}`
const nameOf = (text: string): string => text.split(' ')[0] ?? ''

/** Publishes, and answers the first packet that comes back. */
const publish = async (peer: Peer, topic: string, text: string, fields: PublishFields = { qos: 1 }) => {
  peer.publish(topic, text, fields)
  return (await peer.next()) as Packet & { reasonCode: number; properties?: { reasonString?: string } }
}

/** Publishes what says which one it is until one of them is refused; answers those that were acknowledged. */
const publishUntilRefused = async (
  peer: Peer,
  topicOf: (text: string) => string,
  name: string,
  fields?: PublishFields,
): Promise<string[]> => {
  const acknowledged: string[] = []
  for (;;) {
    const text = `${name}${acknowledged.length}`
    if ((await publish(peer, topicOf(text), large(text), fields)).reasonCode >= 0x80) return acknowledged
    acknowledged.push(text)
  }
}

/** Takes the next messages until the last of these has come, and answers which ones they were. */
const hears = async (peer: Peer, lasts: readonly string[]): Promise<string[]> => {
  const missing = new Set(lasts)
  const names: string[] = []
  while (missing.size > 0) {
    const packet = await peer.expect('publish')
    const name = nameOf(textOf(packet))
    missing.delete(name)
    names.push(name)
    peer.send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0 })
  }
  return names
}

let server: Program
let disk: SmallDisk
let running: RunningServer

beforeAll(async () => {
  server = await program('holding/fixtures/server.ts')
})

afterAll(() => server.remove())

describe.each(Object.entries(smallDisks))('A server whose disk is full, by %s,', (_how, openDisk) => {
  beforeEach(async () => {
    disk = await openDisk()
    running = await RunningServer.start(server, disk.folder)
    const keeper = await running.client('keeper', kept)
    await keeper.subscribe('load', { qos: 1 })
    await keeper.subscribe('daak/from/+', { qos: 1 })
    await keeper.vanish()
  })

  afterEach(async () => {
    await running.child.kill()
    await disk.remove()
  })

  /** Takes all the room there is. */
  const fill = async (peer: Peer, topic = 'load', name = 'before'): Promise<string[]> => {
    const first = `${name}-first`
    await publish(peer, topic, large(first))
    disk.fill(running.child.pid)
    const names = [first, ...(await publishUntilRefused(peer, () => topic, name))]
    // What one session waits for needs more room than what is kept once: some of that may still fit.
    await publishUntilRefused(peer, (text) => `filler/${text}`, name, { qos: 1, retain: true })
    return names
  }

  it('refuses each publish that has to be kept with 0x97 and says why', async () => {
    const ana = await running.client('ana')
    await fill(ana)
    const refusal = { reasonCode: 0x97, properties: { reasonString: noRoom } }
    expect(await publish(ana, 'load', large('q1'))).toMatchObject({ type: 'puback', ...refusal })
    expect(await publish(ana, 'load', large('q2'), { qos: 2 })).toMatchObject({ type: 'pubrec', ...refusal })
    expect(await publish(ana, 'kept', large('r'), { qos: 1, retain: true })).toMatchObject(refusal)
    expect(await publish(ana, 'daak/to/keeper', large('c'))).toMatchObject({ type: 'puback', ...refusal })
    expect(await publish(ana, 'daak/to/keeper', large('c'), { qos: 2 })).toMatchObject({ type: 'pubrec', ...refusal })
  })

  it('disconnects a publisher of MQTT 3.1.1, which can be told no reason, unacknowledged', async () => {
    await fill(await running.client('ana'))
    const ben = await tcpPeer(running.port, 4)
    await ben.connect({ clientId: 'ben' })
    expect(await publish(ben, 'load', large('q1'))).toBeUndefined()
  })

  it('refuses sessions and subscriptions that are to be kept with 0x97', async () => {
    const ben = await running.client('ben', kept)
    await fill(await running.client('ana'))
    const filters = Array.from({ length: 50 }, (_, n) => subscriptionRequest(`${n}/${'x'.repeat(2_000)}`))
    ben.send({ type: 'subscribe', packetId: 1, subscriptions: filters })
    expect(await ben.expect('disconnect')).toMatchObject({ reasonCode: 0x97, properties: { reasonString: noRoom } })

    const will = { topic: 'w', payload: new Uint8Array(60_000), qos: 1, retain: false } as const
    let answer: Packet & { reasonCode: number }
    let count = 0
    do {
      // A will is smaller than what filled the disk: a few of them may still fit.
      const carl = await tcpPeer(running.port)
      carl.send(connectPacket({ clientId: `carl-${count++}`, ...kept, will }))
      answer = await carl.expect('connack')
    } while (answer.reasonCode === 0)
    expect(answer).toMatchObject({ reasonCode: 0x97, properties: { reasonString: noRoom } })
  })

  it('goes on with what has to be kept nowhere', async () => {
    const ana = await running.client('ana')
    const ben = await running.client('ben')
    await ben.subscribe('plain', { qos: 2 })
    await fill(ana)
    expect(await publish(ana, 'plain', large('q1'))).toMatchObject({ type: 'puback', reasonCode: 0 })
    expect(nameOf(textOf(await ben.expect('publish')))).toBe('q1')
  })

  it('says so in its log once, and once that there is room again, without a restart', async () => {
    const ana = await running.client('ana')
    for (const name of ['one', 'two']) {
      await fill(ana, 'load', name)
      for (const text of ['a', 'b', 'c'])
        expect(await publish(ana, 'load', large(text))).toMatchObject({ reasonCode: 0x97 })
      await disk.makeRoom(running.child.pid)
      expect(await publish(ana, 'load', large(`${name}-last`))).toMatchObject({ reasonCode: 0 })
    }
    await running.client('ben', kept)
    const ofStorage = running.logged.filter((message) => message !== 'Refused a publish')
    expect(ofStorage).toEqual([full, roomAgain, full, roomAgain])
    expect(running.logged.length).toBeLessThan(8)
  })

  it('ends the connection of who has messages waiting, who finds them when there is room again', async () => {
    const ana = await running.client('ana')
    const acknowledged = await fill(ana)
    const keeper = await tcpPeer(running.port)
    keeper.send(connectPacket({ clientId: 'keeper', ...kept }))
    const said: (Packet | undefined)[] = []
    for (let packet = await keeper.next(); packet; packet = await keeper.next()) said.push(packet)
    expect(said.at(-1)).toMatchObject({ reasonCode: 0x97, properties: { reasonString: noRoom } })
    expect(said.filter((packet) => packet?.type === 'publish')).toEqual([])

    await disk.makeRoom(running.child.pid)
    const again = await running.client('keeper', kept)
    expect(await hears(again, acknowledged)).toEqual(acknowledged)
  })

  it('loses nothing that it acknowledged where it is killed then, and keeps nothing that it refused', async () => {
    const ana = await running.client('ana')
    expect(await publish(ana, 'kept', 'acknowledged', { qos: 1, retain: true })).toMatchObject({ reasonCode: 0x10 })
    for (const text of ['plain1', 'plain2'])
      expect(await publish(ana, 'load', large(text))).toMatchObject({ reasonCode: 0 })
    const said = await fill(ana, 'daak/to/keeper', 'said')
    expect(await publish(ana, 'load', large('refused'))).toMatchObject({ reasonCode: 0x97 })
    expect(await publish(ana, 'kept', large('refused'), { qos: 1, retain: true })).toMatchObject({ reasonCode: 0x97 })
    await running.child.kill()

    await disk.makeRoom()
    running = await RunningServer.start(server, disk.folder)
    const again = await running.client('ana')
    expect(await publish(again, 'load', 'plain-last')).toMatchObject({ reasonCode: 0 })
    expect(await publish(again, 'daak/to/keeper', 'said-last')).toMatchObject({ reasonCode: 0 })
    const heard = await hears(await running.client('keeper', kept), ['plain-last', 'said-last'])
    expect(heard.filter((name) => name.startsWith('plain'))).toEqual(['plain1', 'plain2', 'plain-last'])
    expect(heard.filter((name) => !name.startsWith('plain'))).toEqual([...said, 'said-last'])
    await again.subscribe('kept')
    expect(textOf(await again.expect('publish'))).toBe('acknowledged')
  })
})
