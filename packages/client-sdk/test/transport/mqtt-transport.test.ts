import type { Packet } from '@daakia/protocol/mqtt'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ConnectionLost,
  mqttTransport,
  Refused,
  type Transport,
  type TransportEvents,
  type TransportMessage,
} from '../../src/index.js'
import { type MqttServer, mqttServer, takeEverything } from '../support/mqtt-server.js'

/** What the tests at hand run over. */
let protocol: 'mqtt' | 'ws'
const servers: MqttServer[] = []
const transports: Transport[] = []
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const serve = async (answer = takeEverything()) => {
  const server = await mqttServer(answer, protocol)
  servers.push(server)
  return server
}

const silent: TransportEvents = { message: () => {}, closed: () => {} }

const connect = async (server: MqttServer, events = silent, options = {}) => {
  const transport = await mqttTransport({ url: server.url, client: 'ana', ...options })(events)
  transports.push(transport)
  return transport
}

/** Connects, and resolves with the reason when the connection is gone. */
const untilClosed = async (server: MqttServer) => {
  let told: (reason?: Error) => void = () => {}
  const closed = new Promise<Error | undefined>((resolve) => {
    told = resolve
  })
  const transport = await connect(server, { message: () => {}, closed: told })
  return { transport, closed }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const hello: TransportMessage = { topic: 'daak/to/order-bot', payload: bytes('hi') }
const packetOf = <Type extends Packet['type']>(server: MqttServer, type: Type) =>
  server.received.find((packet): packet is Extract<Packet, { type: Type }> => packet.type === type)

describe.each(['mqtt', 'ws'] as const)('over %s:', (each) => {
  beforeAll(() => {
    protocol = each
  })

  describe('opening', () => {
    test('connects with a clean session of MQTT 5, as the client that was named', async () => {
      const server = await serve()
      const transport = await connect(server, silent, { password: 'secret', connection: 'phone' })
      expect(packetOf(server, 'connect')).toMatchObject({
        version: 5,
        cleanStart: true,
        username: 'ana',
        clientId: 'phone',
        keepAlive: 30,
      })
      expect(transport.connection).toBe('phone')
    })

    test('keeps the name of its connection over all connections that it opens', async () => {
      const server = await serve()
      const open = mqttTransport({ url: server.url, client: 'ana' })
      const [one, other] = [await open(silent), await open(silent)]
      transports.push(one, other)
      expect(one.connection).toMatch(/^ana-/)
      expect(other.connection).toBe(one.connection)
    })

    test('is given up when nobody waits for it any more', async () => {
      const giveUp = new AbortController()
      const server = await serve(() => giveUp.abort())
      const opening = mqttTransport({ url: server.url, client: 'ana' })(silent, giveUp.signal)
      await expect(opening).rejects.toBeInstanceOf(ConnectionLost)
    })

    test('is refused at once where a name does not fit MQTT', () => {
      const url = `${protocol}://127.0.0.1`
      for (const wrong of [{ client: 'a\u0000' }, { connection: '\ud800' }, { password: 'x'.repeat(70_000) }])
        expect(() => mqttTransport({ url, client: 'ana', ...wrong })).toThrow(RangeError)
      expect(() => mqttTransport({ url, client: 'ana', keepAliveSeconds: 70_000 })).toThrow(/keepAliveSeconds: 70000/)
    })

    test('is refused at once where the url has a password in it, which is not told again', () => {
      const url = `${protocol}://ana:secret@127.0.0.1`
      expect(() => mqttTransport({ url, client: 'ana' })).toThrow(/^A name or a password does not belong in the url/)
    })

    test('rejects with the reason code and string of a server that says no', async () => {
      const server = await serve((packet, send) => {
        if (packet.type !== 'connect') return
        const properties = { reasonString: 'The password is wrong.' }
        send({ type: 'connack', sessionPresent: false, reasonCode: 0x86, properties })
      })
      const refusal = await connect(server).catch((error) => error)
      expect(refusal).toBeInstanceOf(Refused)
      expect(refusal).toMatchObject({ reasonCode: 0x86, reason: 'The password is wrong.', lasting: true })
    })

    test('rejects with where it could not connect to when nobody listens there', async () => {
      const server = await serve()
      await servers.pop()?.close()
      await expect(connect(server)).rejects.toThrow(`No connection to ${server.url}: connect ECONNREFUSED`)
    })

    test('rejects when the server closes before it answers', async () => {
      const server = await serve((_packet, _send, socket) => socket.destroy())
      await expect(connect(server)).rejects.toBeInstanceOf(ConnectionLost)
    })

    test('rejects when the server does not answer in time', async () => {
      const server = await serve(() => {})
      await expect(connect(server, silent, { connectTimeoutMs: 50 })).rejects.toThrow('connack timeout')
    })
  })

  describe('publishing', () => {
    test('carries every property, with those that repeat', async () => {
      const server = await serve()
      const transport = await connect(server)
      const message: TransportMessage = {
        ...hello,
        contentType: 'text/plain',
        responseTopic: 'daak/replies/ana/phone',
        correlationData: bytes('1'),
        userProperties: [
          ['id', 'm1'],
          ['tag', 'a'],
          ['tag', 'b'],
        ],
      }
      await transport.publish(message, { qos: 1 })
      expect(packetOf(server, 'publish')).toMatchObject({
        topic: 'daak/to/order-bot',
        qos: 1,
        properties: {
          contentType: 'text/plain',
          responseTopic: 'daak/replies/ana/phone',
          userProperties: message.userProperties,
        },
      })
      expect(packetOf(server, 'publish')?.properties?.correlationData).toEqual(Buffer.from('1'))
    })

    test('rejects with the reason code and string of a PUBACK that says no', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        if (packet.type !== 'publish') return take(packet, send, socket)
        const properties = { reasonString: 'You are no member.' }
        send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0x87, properties })
      })
      const refusal = await (await connect(server)).publish(hello, { qos: 1 }).catch((error) => error)
      expect(refusal).toBeInstanceOf(Refused)
      expect(refusal).toMatchObject({ reasonCode: 0x87, reason: 'You are no member.' })
    })

    test('is done with 0x10, which says that nobody listens', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        if (packet.type !== 'publish') return take(packet, send, socket)
        send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0x10 })
      })
      await expect((await connect(server)).publish(hello, { qos: 1 })).resolves.toBeUndefined()
    })

    test('rejects when the connection is lost before the acknowledgement', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        if (packet.type === 'publish') socket.destroy()
        else take(packet, send, socket)
      })
      await expect((await connect(server)).publish(hello, { qos: 1 })).rejects.toBeInstanceOf(ConnectionLost)
    })

    test.each([0, 1] as const)('rejects at QoS %d when the connection is gone already', async (qos) => {
      const server = await serve()
      const { transport, closed } = await untilClosed(server)
      server.cut()
      await closed
      await expect(transport.publish(hello, { qos })).rejects.toBeInstanceOf(ConnectionLost)
    })

    test('refuses by itself exactly what is larger than the server takes', async () => {
      const message = { ...hello, userProperties: [['id', 'é'] as const] }
      const bytesOfPacket = 1 + 1 + (2 + 17) + 2 + 1 + (1 + 2 + 2 + 2 + 2) + 2
      const tight = await connect(await serve(takeEverything({ maximumPacketSize: bytesOfPacket - 1 })))
      const wide = await connect(await serve(takeEverything({ maximumPacketSize: bytesOfPacket })))
      await expect(tight.publish(message, { qos: 1 })).rejects.toMatchObject({ reasonCode: 0x95 })
      await expect(wide.publish(message, { qos: 1 })).resolves.toBeUndefined()
    })

    test('waits for a server that reads slowly', async () => {
      const take = takeEverything()
      let reads = () => {}
      const server = await serve((packet, send, socket) => {
        take(packet, send, socket)
        if (packet.type !== 'connect') return
        socket.pause()
        reads = () => socket.resume()
      })
      const transport = await connect(server)
      const payload = new Uint8Array(100_000)
      const sent = Array.from({ length: 150 }, (_, i) => transport.publish({ topic: `t/${i}`, payload }, { qos: 0 }))
      let done = 0
      for (const each of sent) void each.then(() => done++)
      await new Promise((resolve) => setImmediate(resolve))
      expect(done).toBeLessThan(sent.length)
      reads()
      await Promise.all(sent)
      await transport.subscribe([{ filter: 'a', qos: 1 }])
      const topics = server.received.flatMap((packet) => (packet.type === 'publish' ? packet.topic : []))
      expect(topics).toEqual(sent.map((_, i) => `t/${i}`))
    })

    test('has no more under way than the server wants to receive', async () => {
      const held: (() => void)[] = []
      const take = takeEverything({ receiveMaximum: 2 })
      let reached: () => void = () => {}
      const server = await serve((packet, send, socket) => {
        if (packet.type !== 'publish') return take(packet, send, socket)
        held.push(() => take(packet, send, socket))
        if (held.length === 2) reached()
      })
      const full = new Promise<void>((resolve) => {
        reached = resolve
      })
      const transport = await connect(server)
      const sent = [1, 2, 3].map(() => transport.publish(hello, { qos: 1 }))
      await full
      await transport.subscribe([{ filter: 'daak/from/+', qos: 1 }])
      expect(held).toHaveLength(2)
      for (const acknowledge of held.splice(0)) acknowledge()
      await Promise.all(sent.slice(0, 2))
      await transport.subscribe([{ filter: 'daak/from/+', qos: 1 }])
      for (const acknowledge of held.splice(0)) acknowledge()
      await Promise.all(sent)
    })
  })

  describe('subscribing', () => {
    test('carries user properties both ways', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        if (packet.type !== 'subscribe') return take(packet, send, socket)
        const properties = { userProperties: [['pos', '1:7'] as const] }
        send({ type: 'suback', packetId: packet.packetId, reasonCodes: [1], properties })
      })
      const transport = await connect(server)
      const filters = [{ filter: 'daak/conversations/+/messages', qos: 1 as const }]
      await expect(transport.subscribe(filters, [['since', '1:5']])).resolves.toEqual([['pos', '1:7']])
      expect(packetOf(server, 'subscribe')).toMatchObject({ properties: { userProperties: [['since', '1:5']] } })
    })

    test('rejects with the reason code and string of a filter that is refused', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        if (packet.type !== 'subscribe') return take(packet, send, socket)
        const properties = { reasonString: 'You are no member.' }
        send({ type: 'suback', packetId: packet.packetId, reasonCodes: [1, 0x87], properties })
      })
      const filters = ['daak/from/+', 'daak/conversations/x/messages'].map((filter) => ({ filter, qos: 1 as const }))
      const refusal = await (await connect(server)).subscribe(filters).catch((error) => error)
      expect(refusal).toBeInstanceOf(Refused)
      expect(refusal).toMatchObject({ reasonCode: 0x87, reason: 'You are no member.' })
    })

    test('hands over what arrives', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        take(packet, send, socket)
        if (packet.type !== 'subscribe') return
        const properties = { contentType: 'text/plain', userProperties: [['seq', '1'] as const] }
        const publish = { type: 'publish', topic: 'daak/from/bob', retain: false, dup: false, properties } as const
        send({ ...publish, qos: 1, packetId: 9, payload: bytes('hi') })
      })
      const message = await new Promise<TransportMessage>((resolve) => {
        connect(server, { ...silent, message: resolve }).then((transport) =>
          transport.subscribe([{ filter: 'daak/from/+', qos: 1 }]),
        )
      })
      expect(message).toEqual({
        topic: 'daak/from/bob',
        payload: bytes('hi'),
        retain: false,
        contentType: 'text/plain',
        userProperties: [['seq', '1']],
      })
    })
  })

  describe('the end', () => {
    test('is told with the reason of a DISCONNECT', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        take(packet, send, socket)
        if (packet.type !== 'subscribe') return
        send({ type: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'The server is shutting down.' } })
        socket.end()
      })
      const { transport, closed } = await untilClosed(server)
      await transport.subscribe([{ filter: 'daak/from/+', qos: 1 }])
      expect(await closed).toMatchObject({ reasonCode: 0x8b, reason: 'The server is shutting down.', lasting: false })
    })

    test('is told before what is asked meanwhile fails, so that who asks again at once waits for the next connection', async () => {
      const take = takeEverything()
      const server = await serve((packet, send, socket) => {
        take(packet, send, socket)
        if (packet.type === 'subscribe') send({ type: 'disconnect', reasonCode: 0x8b })
      })
      const { transport, closed } = await untilClosed(server)
      let isTold = false
      void closed.then(() => {
        isTold = true
      })
      await transport.subscribe([{ filter: 'daak/from/+', qos: 1 }])
      const message = { topic: 'daak/to/bob', payload: bytes('hi') }
      let asked = 0
      while (!isTold && asked < 1_000) {
        asked++
        await transport.publish(message, { qos: 1 }).catch(() => {})
      }
      expect(asked).toBeLessThan(5)
      await expect(transport.publish(message, { qos: 1 })).rejects.toThrow('There is no connection.')
    })

    test('is told when the connection breaks', async () => {
      const server = await serve()
      const { closed } = await untilClosed(server)
      server.cut()
      await closed
    })

    test('comes with a goodbye when it is closed from here, and once', async () => {
      const server = await serve()
      const { transport, closed } = await untilClosed(server)
      await Promise.all([transport.close(), transport.close()])
      await closed
      await transport.close()
      expect(server.received.map(({ type }) => type)).toEqual(['connect', 'disconnect'])
    })
  })
})
