import { encode, type Packet } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { ConnectionLost, Refused, type TransportMessage } from '../../src/index.js'
import { FarEnd } from '../support/far-end.js'

const connack: Packet = { type: 'connack', sessionPresent: false, reasonCode: 0 }
const hello: TransportMessage = { topic: 'daak/to/order-bot', payload: new TextEncoder().encode('hi') }

/** A connection, with the reasons that it was closed for. */
const opened = async (options: Parameters<FarEnd['accept']>[1] = {}) => {
  const far = new FarEnd()
  const closed: (Error | undefined)[] = []
  const heard: TransportMessage[] = []
  const events = {
    closed: (reason?: Error) => closed.push(reason),
    message: (each: TransportMessage) => heard.push(each),
  }
  const transport = await far.accept(events, options)
  return { far, transport, closed, heard }
}

const typesOf = (packets: readonly Packet[]) => packets.map(({ type }) => type)

describe('a server that does not answer CONNECT', () => {
  test('is waited for as long as was said', async () => {
    const far = new FarEnd()
    const opening = far.connect()
    far.clock.advance(10_000)
    await expect(opening).rejects.toThrow(
      'No connection to mqtt://far.end: connack timeout: the server did not answer within 10000 ms',
    )
    expect(far).toMatchObject({ state: 'destroyed', clock: { waiting: 0 } })
  })

  test('but closes at once is no server', async () => {
    const far = new FarEnd()
    const opening = far.connect()
    far.closes()
    await expect(opening).rejects.toThrow('No connection to mqtt://far.end: the server closed it.')
    expect(far.clock.waiting).toBe(0)
  })

  test('but sends something else breaks the protocol', async () => {
    const far = new FarEnd()
    const opening = far.connect()
    far.says({ type: 'pingresp' })
    far.closes()
    await expect(opening).rejects.toThrow('the server broke the protocol: The first packet is no CONNACK')
  })

  test('and is refused by it, is left', async () => {
    const far = new FarEnd()
    const opening = far.connect()
    far.says({ ...connack, reasonCode: 0x87 })
    expect(far.state).toBe('ended')
    far.clock.advance(1_000)
    await expect(opening).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x87 })
    expect(far).toMatchObject({ state: 'destroyed', clock: { waiting: 0 } })
  })
})

describe('a server that breaks the protocol', () => {
  const qos2 = encode(
    { type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 2, packetId: 1, retain: false, dup: false },
    5,
  )
  test.each([
    ['a reserved packet type', Uint8Array.of(0, 0), 0x81],
    ['a length of five bytes', Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 1), 0x81],
    ['a packet that ends too early', Uint8Array.of(0x40, 1, 0), 0x81],
    ['a packet for servers', encode({ type: 'pingreq' }, 5), 0x82],
    ['a second CONNACK', encode(connack, 5), 0x82],
    [
      'AUTH, which nobody asked for',
      encode({ type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'x' } }, 5),
      0x82,
    ],
    ['QoS 2, which nobody asked for', qos2, 0x82],
  ])('by %s is told so, and left', async (_what, bytes, reasonCode) => {
    const { far, transport, closed, heard } = await opened()
    const publishing = transport.publish(hello, { qos: 1 })
    far.sends(bytes)
    far.says({ type: 'publish', topic: 'late', payload: new Uint8Array(), qos: 0, retain: false, dup: false })
    expect((await far.received()).at(-1)).toMatchObject({ type: 'disconnect', reasonCode })
    expect(far.state).toBe('ended')
    far.closes()
    await expect(publishing).rejects.toBeInstanceOf(ConnectionLost)
    expect(closed).toEqual([
      expect.objectContaining({ message: expect.stringContaining('the server broke the protocol') }),
    ])
    expect(heard).toEqual([])
  })

  test('by an answer that nobody waits for is left alone', async () => {
    const { far, transport, closed } = await opened()
    const unsubscribing = transport.unsubscribe(['a'])
    far.says({ type: 'puback', packetId: 1, reasonCode: 0 }, { type: 'puback', packetId: 7, reasonCode: 0 })
    far.says({ type: 'unsuback', packetId: 1, reasonCodes: [0] })
    await unsubscribing
    expect(closed).toEqual([])
  })
})

describe('who hears a message and throws', () => {
  /** What is thrown where nobody catches it, while `run` does its work. */
  const uncaught = async (run: () => Promise<unknown>): Promise<string[]> => {
    const others = process.listeners('uncaughtException')
    const thrown: string[] = []
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', ({ message }) => thrown.push(message))
    try {
      await run()
      return thrown
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    }
  }

  test('costs the messages behind it nothing', async () => {
    const heard: string[] = []
    const far = new FarEnd()
    await far.accept({
      message: ({ topic }) => {
        heard.push(topic)
        throw new Error(`no ear for ${topic}`)
      },
    })
    const publish = { type: 'publish', payload: new Uint8Array(), qos: 1, retain: false, dup: false } as const
    const both = [
      encode({ ...publish, topic: 'a', packetId: 1 }, 5),
      encode({ ...publish, topic: 'b', packetId: 2 }, 5),
    ]
    const thrown = await uncaught(async () => {
      far.sends(Buffer.concat(both))
      expect(typesOf(await far.received())).toEqual(['connect', 'puback', 'puback'])
    })
    expect(thrown).toEqual(['no ear for a', 'no ear for b'])
    expect(heard).toEqual(['a', 'b'])
  })
})

describe('keep alive', () => {
  test('asks a server of which nothing was heard, and goes on when it answers', async () => {
    const { far, closed } = await opened({ keepAlive: 30 })
    for (let seconds = 0; seconds < 120; seconds += 10) {
      far.clock.advance(10_000)
      if ((await far.received()).at(-1)?.type === 'pingreq') far.says({ type: 'pingresp' })
    }
    expect(typesOf(await far.received()).filter((type) => type === 'pingreq')).toHaveLength(6)
    expect(closed).toEqual([])
  })

  test('notices within its time that the server is gone', async () => {
    const { far, transport, closed } = await opened({ keepAlive: 30 })
    const publishing = transport.publish(hello, { qos: 1 })
    far.clock.advance(10_000)
    far.clock.advance(10_000)
    expect(typesOf(await far.received())).toContain('pingreq')
    expect(closed).toEqual([])
    far.clock.advance(10_000)
    far.clock.advance(0)
    await expect(publishing).rejects.toBeInstanceOf(ConnectionLost)
    expect(far).toMatchObject({ state: 'destroyed', clock: { waiting: 0 } })
    expect(closed).toEqual([
      expect.objectContaining({ message: expect.stringContaining('nothing came from the server for 30 s') }),
    ])
  })

  test('goes on where the process stood still, and the answer lies there unread', async () => {
    const { far, closed } = await opened({ keepAlive: 30 })
    far.clock.advance(10_000)
    far.clock.advance(10_000)
    far.clock.advance(60_000)
    far.says({ type: 'pingresp' })
    far.clock.advance(0)
    await far.received()
    expect(closed).toEqual([])
    expect(far.clock.waiting).toBe(1)
  })

  test('asks a server that is heard, and to which nothing is said', async () => {
    const { far } = await opened({ keepAlive: 30 })
    for (const _ of [1, 2]) {
      far.says({ type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 0, retain: false, dup: false })
      far.clock.advance(10_000)
    }
    expect(typesOf(await far.received())).toEqual(['connect', 'pingreq'])
  })

  test('is as long as the server wants it', async () => {
    const { far, closed } = await opened({ keepAlive: 30, serverKeepAlive: 3 })
    for (const _ of [1, 2, 3]) far.clock.advance(1_000)
    far.clock.advance(0)
    await far.received()
    expect(closed).toHaveLength(1)
  })

  test('can be switched off', async () => {
    const { far } = await opened({ keepAlive: 0 })
    expect(far.clock.waiting).toBe(0)
  })
})

describe('a slow connection', () => {
  const large = (topic: string) => ({ topic, payload: new Uint8Array(100_000) })
  const topicsOf = (packets: readonly Packet[]) =>
    packets.flatMap((packet) => (packet.type === 'publish' ? packet.topic : []))

  test('is given no more until it takes it, and then all in order', async () => {
    const { far, transport } = await opened()
    far.fast = false
    const first = transport.publish(large('1'), { qos: 0 })
    const later = [0, 1, 0, 1].map((qos, i) => transport.publish(large(`${i + 2}`), { qos: qos as 0 | 1 }))
    await first
    expect(topicsOf(await far.received())).toEqual(['1'])
    far.drain()
    expect(topicsOf(await far.received())).toEqual(['1', '2', '4', '3', '5'])
    far.says({ type: 'puback', packetId: 1, reasonCode: 0 }, { type: 'puback', packetId: 2, reasonCode: 0 })
    await Promise.all(later)
  })

  test('still acknowledges what comes', async () => {
    const { far, transport } = await opened()
    far.fast = false
    void transport.publish(large('1'), { qos: 0 })
    far.says({ type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 1, packetId: 9, retain: false, dup: false })
    expect((await far.received()).at(-1)).toMatchObject({ type: 'puback', packetId: 9 })
  })

  test('is spared messages of QoS 0 when too many of them wait', async () => {
    const { far, transport } = await opened()
    far.fast = false
    const megabyte = { topic: 'a', payload: new Uint8Array(1024 * 1024) }
    const sent = Array.from({ length: 18 }, () => transport.publish(megabyte, { qos: 0 }))
    await expect(sent.pop()).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x97, lasting: false })
    far.drain()
    await Promise.all(sent)
    expect(topicsOf(await far.received())).toHaveLength(17)
    await transport.publish(hello, { qos: 0 })
  })

  test('that is lost takes with it what waited', async () => {
    const { far, transport } = await opened()
    far.fast = false
    void transport.publish(large('1'), { qos: 0 })
    const waiting = ([0, 1] as const).map((qos) => transport.publish(hello, { qos }))
    far.closes()
    for (const each of waiting) await expect(each).rejects.toBeInstanceOf(ConnectionLost)
  })
})

describe('what a server does not take', () => {
  test.each([
    ['QoS 1', { maximumQoS: 0 } as const, { qos: 1 } as const, 0x9b],
    ['messages to be retained', { retainAvailable: false }, { qos: 0 } as const, 0x9a],
  ])('is not sent: %s', async (_what, properties, options, reasonCode) => {
    const { far, transport } = await opened(properties)
    const publishing = transport.publish({ ...hello, retain: true }, options)
    await expect(publishing).rejects.toMatchObject({ name: 'Refused', reasonCode })
    expect(typesOf(await far.received())).toEqual(['connect'])
  })

  test('is not sent: a filter longer than its packets', async () => {
    const { transport } = await opened({ maximumPacketSize: 100 })
    const subscribing = transport.subscribe([{ filter: 'a'.repeat(100), qos: 1 }])
    await expect(subscribing).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x95 })
  })

  test('is not sent: more than there are packet identifiers for', async () => {
    const { far, transport } = await opened()
    for (let i = 0; i < 65_535; i++) transport.subscribe([{ filter: 'a', qos: 1 }]).catch(() => {})
    await expect(transport.unsubscribe(['a'])).rejects.toBeInstanceOf(Refused)
    far.says({ type: 'suback', packetId: 12_345, reasonCodes: [1] })
    const unsubscribing = transport.unsubscribe(['a'])
    far.says({ type: 'unsuback', packetId: 12_345, reasonCodes: [0] })
    await unsubscribing
  })

  test('is what comes after close', async () => {
    const { far, transport } = await opened()
    const closing = transport.close()
    const refused = [transport.publish(hello, { qos: 1 }), transport.subscribe([{ filter: 'a', qos: 1 }])].map(
      (asked) => expect(asked).rejects.toBeInstanceOf(ConnectionLost),
    )
    far.closes()
    await Promise.all([closing, ...refused])
  })
})

describe('closing', () => {
  test('sends what was said before, and then the goodbye', async () => {
    const { far, transport, heard } = await opened()
    void transport.publish(hello, { qos: 0 })
    void transport.close()
    far.says({ type: 'publish', topic: 'late', payload: new Uint8Array(), qos: 0, retain: false, dup: false })
    expect(typesOf(await far.received())).toEqual(['connect', 'publish', 'disconnect'])
    expect(far.state).toBe('ended')
    expect(heard).toEqual([])
  })

  test('is the last word, also from within a message', async () => {
    const far = new FarEnd()
    const transport = await far.accept({ message: () => void transport.close() })
    far.says({ type: 'publish', topic: 'a', payload: new Uint8Array(), qos: 1, packetId: 1, retain: false, dup: false })
    expect(typesOf(await far.received())).toEqual(['connect', 'disconnect'])
  })

  test('does not wait long for a peer that is not there', async () => {
    const { far, transport, closed } = await opened()
    const closing = transport.close()
    far.clock.advance(1_000)
    await closing
    expect(closed).toEqual([undefined])
    expect(far).toMatchObject({ state: 'destroyed', clock: { waiting: 0 } })
  })

  test('follows when the server says goodbye, though it does not close', async () => {
    const { far, transport, closed } = await opened()
    far.says({ type: 'disconnect', reasonCode: 0x8b })
    expect(far.state).toBe('ended')
    const refused = expect(transport.publish(hello, { qos: 0 })).rejects.toBeInstanceOf(ConnectionLost)
    far.clock.advance(1_000)
    await refused
    expect(typesOf(await far.received())).toEqual(['connect'])
    expect(closed).toEqual([expect.objectContaining({ name: 'Refused', reasonCode: 0x8b })])
  })
})
