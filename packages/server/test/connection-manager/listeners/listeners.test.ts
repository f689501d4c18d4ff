import { once } from 'node:events'
import { createConnection } from 'node:net'
import { encode } from '@daakia/protocol/mqtt'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { listenTcp } from '../../../src/connection-manager/index.js'
import { doorOptions, type OpenDoors, openDoors, tcpPeer } from '../../support/doors.js'
import { connectPacket } from '../../support/peer.js'

let doors: OpenDoors

beforeEach(async () => {
  doors = await openDoors()
})

afterEach(() => doors.close())

const nextMessage = (client: MqttClient) =>
  new Promise<IPublishPacket>((resolve) => client.once('message', (_topic, _payload, packet) => resolve(packet)))

const urlOf = (transport: 'TCP' | 'WebSocket') => (transport === 'TCP' ? doors.tcpUrl : doors.webSocketUrl)

describe.each([
  ['TCP', 4],
  ['TCP', 5],
  ['WebSocket', 4],
  ['WebSocket', 5],
] as const)('mqtt.js over %s with version %i', (transport, protocolVersion) => {
  it.each([0, 1, 2] as const)('publishes and hears with QoS %i', async (qos) => {
    const client = await mqtt.connectAsync(urlOf(transport), { protocolVersion, clientId: 'ana' })
    await client.subscribeAsync('room/+', { qos })
    const heard = nextMessage(client)
    await client.publishAsync('room/one', 'hello', { qos })
    const { topic, payload, qos: heardWith } = await heard
    expect([topic, String(payload), heardWith]).toEqual(['room/one', 'hello', qos])
    await client.endAsync()
  })

  it('carries a message of 200 KiB', async () => {
    const client = await mqtt.connectAsync(urlOf(transport), { protocolVersion, clientId: 'ana' })
    await client.subscribeAsync('room')
    const heard = nextMessage(client)
    const payload = Buffer.alloc(200 * 1024, 'x')
    await client.publishAsync('room', payload, { qos: 1 })
    expect(payload.equals((await heard).payload as Buffer)).toBe(true)
    await client.endAsync()
  })
})

describe('a WebSocket', () => {
  const open = async (path = '/mqtt', protocols: string[] = ['mqtt']) => {
    const socket = new WebSocket(`ws://127.0.0.1:${doors.http.port}${path}`, protocols)
    await once(socket, 'open')
    return socket
  }

  it('may cut packets anywhere and glue them together', async () => {
    const socket = await open()
    expect(socket.protocol).toBe('mqtt')
    const bytes = Buffer.concat([encode(connectPacket(), 5), encode({ type: 'pingreq' }, 5)])
    socket.send(bytes.subarray(0, 3))
    socket.send(bytes.subarray(3))
    let answer = Buffer.alloc(0)
    while (!answer.subarray(-2).equals(Buffer.of(0xd0, 0)))
      answer = Buffer.concat([answer, (await once(socket, 'message'))[0]])
    expect(answer[0]).toBe(0x20)
    socket.terminate()
  })

  it('is closed when it sends text', async () => {
    const socket = await open()
    socket.send('hello')
    expect((await once(socket, 'close'))[0]).toBe(1003)
  })

  it.each([
    ['another path', '/', ['mqtt'], 404],
    ['no subprotocol', '/mqtt', [], 400],
    ['another subprotocol', '/mqtt', ['amqp'], 400],
  ])('that asks for %s is refused', async (_, path, protocols, status) => {
    const socket = new WebSocket(`ws://127.0.0.1:${doors.http.port}${path}`, protocols)
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(status)
    response.destroy()
  })

  it('from a page of another site may not connect', async () => {
    const client = mqtt.connect(doors.webSocketUrl, {
      protocolVersion: 5,
      reconnectPeriod: 0,
      wsOptions: { origin: 'https://evil.example' },
    })
    const error = await new Promise<Error>((resolve) => client.once('error', resolve))
    expect(error).toMatchObject({ code: 0x87 })
    await client.endAsync(true)
  })
})

describe('the HTTP port', () => {
  it('says that the server is there', async () => {
    const response = await fetch(`http://127.0.0.1:${doors.http.port}/healthz`)
    expect([response.status, await response.text()]).toEqual([200, 'ok\n'])
  })

  it('keeps no connection on which nothing was asked when it closes', async () => {
    const silent = createConnection(doors.http.port, '127.0.0.1')
    await once(silent, 'connect')
    await fetch(`http://127.0.0.1:${doors.http.port}/healthz`)
    const ended = once(silent.resume(), 'close')
    await doors.http.close()
    await ended
  })

  it('has nothing else', async () => {
    const response = await fetch(`http://127.0.0.1:${doors.http.port}/`)
    expect(response.status).toBe(404)
    await response.text()
  })
})

describe('a TCP socket', () => {
  it('that breaks the protocol gets the reason before it is closed', async () => {
    const ana = await tcpPeer(doors.tcp.port)
    await ana.connect()
    ana.sendBytes(Uint8Array.of(0, 0))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: 0x81 })
    await ana.closed
  })

  it('on a port that is taken is refused by the system', async () => {
    const again = listenTcp({ ...doorOptions(doors.house), port: doors.tcp.port, accept: () => {} })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
