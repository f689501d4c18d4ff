import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from '@daakia/server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ConnectionLost, mqttTransport, type Transport, type TransportMessage } from '../../src/index.js'
import { startMosquitto } from '../support/mosquitto.js'

interface Running {
  urls: { mqtt: string; ws: string }
  close(): Promise<void>
}

const startDaakia = async (): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-transport-'))
  const server = createServer({ dev: true, storage: { folder }, listen: { mqttPort: 0, httpPort: 0 } })
  const { mqttPort, httpPort } = await server.start()
  return {
    urls: { mqtt: `mqtt://127.0.0.1:${mqttPort}`, ws: `ws://127.0.0.1:${httpPort}/mqtt` },
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Mosquitto takes 4 KiB from a WebSocket ten times a second. */
const sizes = { mqtt: 200_000, ws: 20_000 }

const bytes = (text: string) => new TextEncoder().encode(text)

/** Compares faster. */
const readable = (message: TransportMessage) => ({
  ...message,
  payload: Buffer.from(message.payload).toString('latin1'),
})

const transports: Transport[] = []
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
})

/** A connection that keeps what it hears. */
const connect = async (url: string, client: string, connection = client) => {
  const heard: TransportMessage[] = []
  let hears = () => {}
  let ends: (reason?: Error) => void = () => {}
  const closed = new Promise<Error | undefined>((resolve) => {
    ends = resolve
  })
  const message = (each: TransportMessage) => {
    heard.push(each)
    hears()
  }
  const transport = await mqttTransport({ url, client, connection })({ message, closed: ends })
  transports.push(transport)
  const hearing = (count: number) =>
    new Promise<TransportMessage[]>((resolve) => {
      hears = () => heard.length >= count && resolve(heard)
      hears()
    })
  return { transport, hearing, closed }
}

const programs = { 'Daakia’s server': startDaakia, Mosquitto: startMosquitto }

describe.each(Object.keys(programs) as (keyof typeof programs)[])('with %s', (program) => {
  let running: Running
  beforeAll(async () => {
    running = await programs[program]()
  })
  afterAll(() => running?.close())

  describe.each(['mqtt', 'ws'] as const)('over %s,', (protocol) => {
    const enter = (client: string, connection?: string) => connect(running.urls[protocol], client, connection)

    test.each([0, 1] as const)('messages of QoS %d are heard in order, whole, with their properties', async (qos) => {
      const ana = await enter('ana')
      const ben = await enter('ben')
      await ben.transport.subscribe([{ filter: 'room/+', qos }])
      const message = (i: number): TransportMessage => ({
        topic: `room/${i % 3}`,
        payload: new Uint8Array(1 + (i % 7) * 900).fill(i),
        contentType: 'application/octet-stream',
        responseTopic: 'room/answers',
        correlationData: Uint8Array.of(i & 0xff, i >> 8),
        userProperties: [
          ['id', `ö${i}`],
          ['id', '\u{1f355}'],
        ],
      })
      const sent = Array.from({ length: 100 }, (_, i) => message(i))
      await Promise.all(sent.map((each) => ana.transport.publish(each, { qos })))
      const heard = await ben.hearing(sent.length)
      expect(heard.map(readable)).toEqual(sent.map((each) => readable({ ...each, retain: false })))
    })

    test('a message passes that is larger than any buffer', async () => {
      const ana = await enter('ana')
      await ana.transport.subscribe([{ filter: 'large', qos: 1 }])
      const payload = new Uint8Array(sizes[protocol]).map((_, i) => i * 31)
      await ana.transport.publish({ topic: 'large', payload }, { qos: 1 })
      const [heard] = await ana.hearing(1)
      expect(Buffer.from(heard?.payload ?? []).equals(payload)).toBe(true)
    })

    test('what was unsubscribed is not heard', async () => {
      const ana = await enter('ana')
      await ana.transport.subscribe(['one', 'two'].map((filter) => ({ filter, qos: 1 as const })))
      await ana.transport.unsubscribe(['one'])
      for (const topic of ['one', 'two']) await ana.transport.publish({ topic, payload: bytes('hi') }, { qos: 1 })
      expect((await ana.hearing(1)).map(({ topic }) => topic)).toEqual(['two'])
    })

    test('a retained message is heard by who comes later', async () => {
      const ana = await enter('ana')
      const kept = { topic: `kept/${protocol}/one`, payload: bytes('hi'), retain: true }
      await ana.transport.publish(kept, { qos: 1 })
      const ben = await enter('ben')
      await ben.transport.subscribe([{ filter: `kept/${protocol}/+`, qos: 1 }])
      expect(await ben.hearing(1)).toContainEqual(kept)
    })

    test('a connection that another one of its name takes over is closed', async () => {
      const first = await enter('ana', 'phone')
      await enter('ana', 'phone')
      const reason = await first.closed
      if (program === 'Daakia’s server') expect(reason).toMatchObject({ name: 'Refused', reasonCode: 0x8e })
      const late = first.transport.publish({ topic: 'a', payload: bytes('hi') }, { qos: 1 })
      await expect(late).rejects.toBeInstanceOf(ConnectionLost)
    })
  })
})
