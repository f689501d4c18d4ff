import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Program, program } from '../support/child.js'
import { tcpPeer } from '../support/doors.js'
import { type Peer, textOf } from '../support/peer.js'
import { Flooder } from './support/flooder.js'
import { kept, RunningServer } from './support/running-server.js'

const mebibyte = 1024 * 1024
const limits = {
  // Shorter than the slow reader pauses, so that it does not set the pace.
  patienceMs: 20,
  unsentBytes: 4 * mebibyte,
  perConnection: { queuedBytes: 8 * mebibyte, queuedMessages: 5_000 },
}
/** What the configuration lets a connection have, and what else the process came to need. */
const bound = limits.unsentBytes + limits.perConnection.queuedBytes + 8 * mebibyte

const payloadBytes = 8_192
/** Far more than the bound. */
const count = 40_960

let server: Program
let folder: string
let running: RunningServer
let others: Others
let flooder: Flooder

/** Two who talk about something else, one message after the other, for as long as they are let. */
class Others {
  #talking: Promise<readonly string[]> | undefined
  #stopped = false

  private constructor(
    private readonly speaker: Peer,
    private readonly listener: Peer,
  ) {}

  static async open(running: RunningServer): Promise<Others> {
    const listener = await running.client('listener')
    await listener.subscribe('else', { qos: 1 })
    const others = new Others(await running.client('speaker'), listener)
    others.#talking = others.#talk()
    return others
  }

  /** What the listener heard, which is what the speaker said. */
  async stop(): Promise<readonly string[]> {
    this.#stopped = true
    return (await this.#talking) ?? []
  }

  async #talk(): Promise<readonly string[]> {
    const heard: string[] = []
    while (!this.#stopped) {
      this.speaker.publish('else', String(heard.length), { qos: heard.length % 2 === 0 ? 0 : 1 })
      const packet = await this.listener.expect('publish')
      heard.push(textOf(packet))
      if (packet.qos === 0) continue
      this.listener.send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0 })
      await this.speaker.expect('puback')
    }
    return heard
  }
}

const numbersTo = (length: number): string[] => Array.from({ length }, (_, number) => String(number))

/** Reads what is there, to the answer of a PINGREQ. */
const countMessages = async (peer: Peer): Promise<number> => (await peer.messages()).length

/** Floods, and has the server hold no more than it may, while nothing of it was read yet. */
const flood = async (qos: 0 | 1, messages: number): Promise<void> => {
  const before = await running.held()
  await flooder.flood({ topic: 'flood', qos, payloadBytes, count: messages })
  expect((await running.held()) - before).toBeLessThan(bound)
}

const shed = () => running.metric(/^daakia_messages_shed_total/)

beforeAll(async () => {
  server = await program('holding/fixtures/server.ts')
})

afterAll(() => server.remove())

describe('One who publishes as fast as the server reads', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daakia-'))
    running = await RunningServer.start(server, folder, limits)
    others = await Others.open(running)
    flooder = await Flooder.connect(running.port, 'flooder')
  })

  afterEach(async () => {
    await running.child.kill()
    await rm(folder, { recursive: true })
  })

  /** What has to hold whoever the flood is for. */
  const expectAllIsWell = async (): Promise<void> => {
    const heard = await others.stop()
    expect(heard.length).toBeGreaterThan(0)
    expect(heard).toEqual(numbersTo(heard.length))
    expect(await (await running.client('newcomer')).messages()).toEqual([])
  }

  it('costs a reader that stops reading its QoS 0 messages, each of which is counted', {
    timeout: 60_000,
  }, async () => {
    const reader = await running.client('reader')
    await reader.subscribe('flood')
    reader.stream.pause()
    await flood(0, count)
    reader.stream.resume()
    const arrived = await countMessages(reader)
    expect(await shed()).toBe(count - arrived)
    expect(arrived).toBeLessThan(count / 2)
    await expectAllIsWell()
  })

  it('loses nothing uncounted where its reader reads slowly', async () => {
    const reader = await running.client('reader')
    await reader.subscribe('flood')
    let slow = true
    const now = setInterval(() => {
      reader.stream.resume()
      setImmediate(() => slow && reader.stream.pause())
    }, 100)
    await flood(0, count / 8)
    slow = false
    clearInterval(now)
    reader.stream.resume()
    expect(await shed()).toBe(count / 8 - (await countMessages(reader)))
    await expectAllIsWell()
  })

  it('has a reader that stops reading closed with 0x97, when its QoS 1 messages are too many', async () => {
    const reader = await running.client('reader')
    await reader.subscribe('flood', { qos: 1 })
    reader.stream.pause()
    await flood(1, count / 4)
    expect(await running.metric(/^daakia_limits_reached_total\{scope="connection",limit="queued/)).toBe(1)
    reader.stream.resume()
    await reader.closed
    await expectAllIsWell()
  })

  it('costs a session that is away what its queue has no room for, which it is told', async () => {
    const reader = await running.client('reader', kept)
    await reader.subscribe('flood', { qos: 1 })
    await reader.vanish()
    await flood(1, count / 4)
    const missed = await shed()
    const back = await tcpPeer(running.port)
    expect((await back.connect({ clientId: 'reader', ...kept })).properties?.userProperties).toEqual([
      ['shed', String(missed)],
    ])
    // All the others have come, and were kept: as many as its queue has room for.
    for (let left = count / 4 - missed; left > 0; left--) {
      const { packetId = 0 } = await back.expect('publish')
      back.send({ type: 'puback', packetId, reasonCode: 0 })
    }
    expect(await back.messages()).toEqual([])
    expect((count / 4 - missed) * payloadBytes).toBeLessThan(limits.perConnection.queuedBytes)
    await expectAllIsWell()
  })
})
