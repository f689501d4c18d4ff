import { once } from 'node:events'
import { request as askPlainly, createServer } from 'node:http'
import { request as askSecurely } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Decoder, encode, type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import mqtt, { type MqttClient } from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer, WebSocket as WsClient } from 'ws'
import { webSocketStream } from '../../../src/connection-manager/listeners/web-socket-stream.js'
import type { ListenOptions } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import {
  type ListeningOptions,
  openServer,
  rawSocket,
  startFailure,
  tlsSocket,
  untilClosed,
  upgradeRefusal,
  webSocket,
  webSocketPeer,
} from '../../support/listening-server.js'
import { connectPacket, publishPacket } from '../../support/peer.js'

const everybody = () => ({ identity: { vendor: 'acme', client: 'ana' } })

const open = (listen: ListenOptions = {}, options: ListeningOptions = {}) =>
  openServer({
    authentication: [everybody],
    access: () => true,
    listen: { httpPort: 0, ...listen },
    ...options,
  })

const nextPayload = (client: MqttClient) =>
  new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload)))

const closeCode = async (socket: WebSocket): Promise<number> => {
  if (socket.readyState === socket.CLOSED) throw new Error('It was closed before')
  return (await once(socket, 'close'))[0]
}

const connect = encode(connectPacket(), 5)
const ping = encode({ type: 'pingreq' }, 5)

describe('a secure WebSocket', () => {
  it.each([4, 5] as const)('carries mqtt.js with version %i', async (protocolVersion) => {
    const { tls, ca } = await certificateFiles()
    const { ports } = await open({ httpsPort: 0, tls })
    const url = `wss://localhost:${ports.httpsPort}/mqtt`
    const client = await mqtt.connectAsync(url, { protocolVersion, clientId: 'ana', ca, wsOptions: { ca } })
    await client.subscribeAsync('room', { qos: 1 })
    const heard = nextPayload(client)
    const payload = Buffer.alloc(100 * 1024, 'x')
    await client.publishAsync('room', payload, { qos: 1 })
    expect(payload.equals(await heard)).toBe(true)
    await client.endAsync()
  })

  it('says that nobody can read along, and what its handshake has named', async () => {
    const { tls, ca } = await certificateFiles()
    const seen: object[] = []
    const { ports } = await open(
      { httpsPort: 0, tls, origins: ['*'] },
      {
        authentication: [
          ({ remote }) => {
            seen.push(remote)
            return everybody()
          },
        ],
      },
    )
    await (await webSocketPeer(ports.httpsPort, { ca, origin: 'https://app.example' })).connect()
    await (await webSocketPeer(ports.httpPort)).connect()
    expect(seen).toEqual([
      {
        ...{ address: '127.0.0.1', loopback: true, secure: true },
        web: { origin: 'https://app.example', host: `127.0.0.1:${ports.httpsPort}` },
      },
      { address: '127.0.0.1', loopback: true, web: { host: `127.0.0.1:${ports.httpPort}` } },
    ])
  })

  it('lies on a port that answers requests too', async () => {
    const { tls, ca } = await certificateFiles()
    const { ports } = await open({ httpsPort: 0, tls })
    const request = askSecurely({
      host: '127.0.0.1',
      port: ports.httpsPort,
      path: '/healthz',
      ca,
      servername: 'localhost',
    })
    const [response] = await once(request.end(), 'response')
    expect([response.statusCode, String(await response.toArray())]).toEqual([200, 'ok\n'])
  })

  it('can’t be reached without TLS, nor MQTT over TLS on its port', async () => {
    const { tls, ca } = await certificateFiles()
    const { ports } = await open({ httpsPort: 0, tls })
    const plain = await rawSocket(ports.httpsPort)
    plain.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(String(await untilClosed(plain))).not.toContain('ok')
    const lost = await tlsSocket(ports.httpsPort, { ca })
    lost.write(connect)
    expect(String(await untilClosed(lost))).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('an upgrade', () => {
  it.each(['/mqtt', '/mqtt/', '/mqtt?from=app'])('is answered at %s', async (path) => {
    const { ports } = await open()
    const socket = new WsClient(`ws://127.0.0.1:${ports.httpPort}${path}`, ['mqttv3.1', 'mqtt'])
    await once(socket, 'open')
    expect([socket.protocol, socket.extensions]).toEqual(['mqtt', ''])
    socket.terminate()
  })

  it.each(['/', '/MQTT', '/mqtt/x', '/healthz', '/ws'])('is refused at %s', async (path) => {
    const { ports } = await open()
    const { status, text } = await upgradeRefusal(`ws://127.0.0.1:${ports.httpPort}${path}`)
    expect([status, text]).toEqual([404, 'MQTT over WebSocket is at /mqtt.\n'])
  })

  const upgradeHead = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Protocol: mqtt']

  it.each([
    ['without a key', ['Sec-WebSocket-Version: 13']],
    ['of another version', ['Sec-WebSocket-Version: 7', `Sec-WebSocket-Key: ${'A'.repeat(22)}==`]],
  ])('%s is refused', async (_, more) => {
    const { ports } = await open()
    const socket = await rawSocket(ports.httpPort)
    socket.write(`${['GET /mqtt HTTP/1.1', ...upgradeHead, ...more].join('\r\n')}\r\n\r\n`)
    expect(String(await untilClosed(socket))).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  it('may be followed by MQTT at once', async () => {
    const { ports } = await open()
    const socket = await rawSocket(ports.httpPort)
    const head = [
      'GET /mqtt HTTP/1.1',
      ...upgradeHead,
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
    ]
    const frame = Buffer.concat([Buffer.of(0x82, 0x80 + connect.length, 0, 0, 0, 0), connect])
    socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), frame]))
    let answer = Buffer.alloc(0)
    while (!answer.includes(Buffer.of(0x20)) || !answer.includes('\r\n\r\n'))
      answer = Buffer.concat([answer, (await once(socket, 'data'))[0]])
    expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /)
  })

  it.each([
    ['a request that does not end', 'GET /mqtt HTTP/1.1\r\nHost: local'],
    ['nothing', ''],
  ])('is waited for no longer than for CONNECT: %s', async (_, bytes) => {
    const { ports, clock } = await open({}, { limits: { unconnectedStreams: 1 } })
    const socket = await rawSocket(ports.httpPort)
    socket.write(bytes)
    await untilClosed(await rawSocket(ports.httpPort))
    clock.advance(5_000)
    await untilClosed(socket)
    expect(await (await webSocketPeer(ports.httpPort)).connect()).toMatchObject({ reasonCode: 0 })
  })

  it('is not enough: a CONNECT has to come in time', async () => {
    const { ports, clock } = await open({}, { limits: { unconnectedStreams: 1 } })
    const silent = await webSocket(ports.httpPort)
    await untilClosed(await rawSocket(ports.httpPort))
    const closed = closeCode(silent)
    clock.advance(5_000)
    expect(await closed).toBe(1006)
    expect(await (await webSocketPeer(ports.httpPort)).connect()).toMatchObject({ reasonCode: 0 })
  })
})

describe('a page', () => {
  /** Whether a page of this origin gets in, and the status where it does not. */
  const answerTo = async (origins: readonly string[] | undefined, headers: Record<string, string>) => {
    const { ports } = await open(origins && { origins })
    const socket = new WsClient(`ws://127.0.0.1:${ports.httpPort}/mqtt`, ['mqtt'], { headers })
    onTestFinished(() => socket.terminate())
    socket.on('error', () => {})
    const refused = once(socket, 'unexpected-response').then(([, response]) => {
      response.resume()
      return response.statusCode
    })
    return Promise.race([once(socket, 'open').then(() => 'in'), refused])
  }

  const host = 'app.example:8080'

  it.each([
    ['of the same host', { origin: 'http://app.example:8080', host }],
    ['of the same host, behind a proxy that ends TLS', { origin: 'https://app.example', host: 'app.example' }],
    ['that writes its host in capitals', { origin: 'http://APP.example:8080', host }],
    ['that is none: it names no origin', { host }],
  ])('%s may connect', async (_, headers) => {
    expect(await answerTo(undefined, headers)).toBe('in')
  })

  it.each([
    ['of another host', { origin: 'https://evil.example', host }],
    ['of another port', { origin: 'http://app.example:8081', host }],
    ['of a host that begins in the same way', { origin: 'http://app.example:8080.evil.example', host }],
    ['of a host that ends in the same way', { origin: 'http://evil-app.example:8080', host }],
    ['in a sandbox, or in a file', { origin: 'null', host }],
    ['with an origin that is none', { origin: 'app.example:8080', host }],
    ['with a path in its origin', { origin: 'http://app.example:8080/', host }],
    ['with a name in its origin', { origin: 'http://app.example:8080@evil.example', host }],
    ['with nothing in its origin', { origin: '', host }],
  ])('%s may not', async (_, headers) => {
    expect(await answerTo(undefined, headers)).toBe(403)
  })

  const listed = ['https://App.example', 'http://localhost:5173']

  it.each([
    ['that is listed', 'https://app.example', 'in'],
    ['that is listed, with the port that its scheme has anyway', 'https://app.example:443', 'in'],
    ['that is listed, for development', 'http://localhost:5173', 'in'],
    ['that is listed with another scheme', 'http://app.example', 403],
    ['that is listed with another port', 'http://localhost:5174', 403],
    ['that is not listed', 'https://evil.example', 403],
    ['of nowhere', 'null', 403],
  ])('%s gets what the list says', async (_, origin, answer) => {
    expect(await answerTo(listed, { origin, host: 'evil.example' })).toBe(answer)
  })

  it('of the same host may not where others are listed', async () => {
    expect(await answerTo(listed, { origin: 'http://app.example:8080', host })).toBe(403)
  })

  it.each(['https://evil.example', 'null', 'nonsense'])('of %s may where all may', async (origin) => {
    expect(await answerTo(['*'], { origin, host })).toBe('in')
  })

  it('that may not is told what to do', async () => {
    const { ports } = await open()
    const { text } = await upgradeRefusal(`ws://127.0.0.1:${ports.httpPort}/mqtt`, { origin: 'https://evil.example' })
    expect(text).toContain('listen.origins')
  })

  it('may as soon as a reload says so, and no longer than that', async () => {
    const { ports, server } = await open()
    const url = `ws://127.0.0.1:${ports.httpPort}/mqtt`
    const page = { origin: 'https://app.example' }
    expect((await upgradeRefusal(url, page)).status).toBe(403)
    await server.reload({ origins: ['https://app.example'] })
    const ana = await webSocketPeer(ports.httpPort, page)
    await ana.connect()
    await server.reload({ origins: [] })
    expect((await upgradeRefusal(url, page)).status).toBe(403)
    expect(await ana.heard()).toEqual([])
  })

  it.each(['app.example', 'https://app.example/', 'https://*.example', 'null', ''])(
    'can’t be listed as %j',
    async (origin) => {
      const refused = { name: 'OptionsError', option: 'listen.origins' }
      expect(await startFailure({ listen: { httpPort: 0, origins: [origin] } })).toMatchObject(refused)
      const { server } = await open()
      await expect(server.reload({ origins: [origin] })).rejects.toMatchObject(refused)
    },
  )
})

describe('for development', () => {
  const answerTo = async (headers: Record<string, string>) => {
    const { ports } = await openServer({ listen: { httpPort: 0 } })
    return (await (await webSocketPeer(ports.httpPort, { headers })).connect()).reasonCode
  }
  const here = '127.0.0.1:8080'

  it.each([
    ['a page of this machine, on any port', { origin: 'http://localhost:5173', host: here }],
    ['a page of this machine by its address', { origin: 'http://[::1]:5173', host: 'localhost:8080' }],
    ['a program', { host: here }],
  ])('%s comes in', async (_, headers) => {
    expect(await answerTo(headers)).toBe(0)
  })

  it.each([
    ['a page of another site', { origin: 'https://evil.example', host: here }],
    ['a page of a site that begins like this machine', { origin: 'http://localhost.evil.example', host: here }],
    ['a page of a site with a name like it', { origin: 'http://127.0.0.1.evil.example', host: here }],
    ['a page in a sandbox', { origin: 'null', host: here }],
    [
      'a page that pointed its own name at this machine',
      { origin: 'http://evil.example:8080', host: 'evil.example:8080' },
    ],
    [
      'a page of this machine under a name that is not its own',
      { origin: 'http://localhost:5173', host: 'evil.example' },
    ],
    ['a page without an origin under such a name', { host: 'evil.example:8080' }],
    ['a page whose host is hidden behind another', { host: 'localhost@evil.example' }],
  ])('%s does not', async (_, headers) => {
    expect(await answerTo(headers)).toBe(ReasonCode.NotAuthorized)
  })
})

describe('what goes over a WebSocket', () => {
  it('may be cut and glued anywhere, in messages, frames and segments', async () => {
    const { ports } = await open()
    const packets = [
      connect,
      ...[1, 2, 3].map((packetId) => encode(publishPacket('room', 'x'.repeat(packetId * 50), { qos: 1, packetId }), 5)),
      ping,
    ]
    const bytes = Buffer.concat(packets)
    const cuts = fc.array(fc.record({ at: fc.integer({ min: 1, max: bytes.length - 1 }), fin: fc.boolean() }), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(cuts, async (all) => {
        const socket = await webSocket(ports.httpPort)
        const sorted = [...all].sort((a, b) => a.at - b.at)
        let from = 0
        for (const { at, fin } of sorted) {
          socket.send(bytes.subarray(from, at), { binary: true, fin })
          from = at
        }
        socket.send(bytes.subarray(from), { binary: true, fin: true })
        expect((await answers(socket, 'pingresp')).map(({ type }) => type)).toEqual([
          'connack',
          ...['puback', 'puback', 'puback'],
          'pingresp',
        ])
        socket.terminate()
      }),
      { numRuns: 60 },
    )
  })

  it('has to be binary', async () => {
    const { ports } = await open()
    const socket = await webSocket(ports.httpPort)
    const code = closeCode(socket)
    socket.send('hello')
    expect(await code).toBe(1003)
    const later = await webSocket(ports.httpPort)
    later.send(connect)
    await answers(later, 'connack')
    const laterCode = closeCode(later)
    later.send('text')
    expect(await laterCode).toBe(1003)
  })

  it('is closed with 1009 where a message is longer than two packets may be', async () => {
    const { ports } = await open({}, { limits: { packetSizeBytes: 1_000, connectBytes: 500 } })
    const socket = await webSocket(ports.httpPort)
    socket.send(connect)
    await answers(socket, 'connack')
    socket.send(Buffer.concat(Array.from({ length: 1_000 }, () => ping)))
    await answers(socket, 'pingresp')
    const code = closeCode(socket)
    socket.send(Buffer.alloc(2_001))
    expect(await code).toBe(1009)
  })

  it('is bound by the limits that a reload has set', async () => {
    const { ports, server } = await open({}, { limits: { packetSizeBytes: 1_000 } })
    await server.reload({ limits: { packetSizeBytes: 10_000 } })
    const ana = await webSocketPeer(ports.httpPort)
    await ana.connect()
    await ana.subscribe('room')
    ana.publish('room', 'x'.repeat(9_000))
    expect((await ana.messages())[0]).toHaveLength(9_000)
  })

  it('is no extension of the protocol: frames without a mask are refused', async () => {
    const { ports } = await open()
    const socket = await webSocket(ports.httpPort)
    const code = closeCode(socket)
    rawOf(socket).write(Buffer.concat([Buffer.of(0x82, connect.length), connect]))
    expect(await code).toBe(1002)
  })

  it('ends with a goodbye when the server goes', async () => {
    const { ports, server } = await open()
    const ana = await webSocketPeer(ports.httpPort)
    await ana.connect()
    const closed = server.close()
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ServerShuttingDown })
    await closed
  })
})

describe('before CONNECT', () => {
  const limits = { connectBytes: 10_000 }
  /** More than is taken, and less than one message may have. */
  const much = Buffer.alloc(20_000)

  it.each([
    ['in one message that does not end', (socket: WebSocket) => socket.send(much, { fin: false })],
    [
      'in many frames',
      (socket: WebSocket) => {
        for (let i = 0; i < 200; i++) socket.send(much.subarray(0, 100), { fin: false })
      },
    ],
    [
      'in a message behind a small one',
      (socket: WebSocket) => {
        socket.send(connect.subarray(0, 1))
        socket.send(much, { fin: false })
      },
    ],
    [
      'in pings',
      (socket: WebSocket) => {
        for (let i = 0; i < 200; i++) socket.ping(much.subarray(0, 100))
      },
    ],
  ])('no more is taken than a CONNECT may have: %s', async (_, send) => {
    const { ports } = await open({}, { limits })
    const socket = await webSocket(ports.httpPort)
    const code = closeCode(socket)
    send(socket)
    expect(await code).toBe(1009)
  })

  it('a CONNECT that is as long as it may be is taken, in frames as well', async () => {
    const long = encode(connectPacket({ username: 'ana', password: new Uint8Array(9_900) }), 5)
    const { ports } = await open({}, { limits: { connectBytes: long.length } })
    const whole = await webSocket(ports.httpPort)
    whole.send(long)
    expect(await answers(whole, 'connack')).toMatchObject([{ reasonCode: 0 }])
    const cut = await webSocket(ports.httpPort)
    cut.send(long.subarray(0, 5_000), { fin: false })
    cut.send(long.subarray(5_000))
    expect(await answers(cut, 'connack')).toMatchObject([{ reasonCode: 0 }])
  })

  it('bounds nothing that comes after it', async () => {
    const { ports } = await open({}, { limits })
    const socket = await webSocket(ports.httpPort)
    socket.send(connect)
    socket.send(encode(publishPacket('room', 'x'.repeat(100_000), { qos: 1 }), 5))
    expect((await answers(socket, 'puback')).map(({ type }) => type)).toEqual(['connack', 'puback'])
  })
})

describe('a ping', () => {
  it('is answered', async () => {
    const { ports } = await open()
    const socket = await webSocket(ports.httpPort)
    const pong = once(socket, 'pong')
    socket.ping('hello')
    expect(String((await pong)[0])).toBe('hello')
  })

  it('of one who does not read is not, so that pongs don’t pile up', async () => {
    const { near, far, socket } = await streamOverWebSocket()
    far.open({ data: () => {}, drained: () => {}, closed: () => {} })
    const pongs: string[] = []
    near.on('pong', (data) => pongs.push(String(data)))
    near.pause()
    // More than the system takes in.
    far.write(Buffer.alloc(64 << 20))
    const pingsHeard = bytesHeard(socket, 1_000 * (6 + 125))
    for (let i = 0; i < 1_000; i++) near.ping(Buffer.alloc(125))
    await pingsHeard
    const message = once(near, 'message')
    near.resume()
    await message
    const pong = once(near, 'pong')
    near.ping('last')
    await pong
    expect(pongs).toEqual(['last'])
  })
})

describe('a request', () => {
  const ask = async (method: string, path: string) => {
    const { ports } = await open()
    const [response] = await once(
      askPlainly({ host: '127.0.0.1', port: ports.httpPort, method, path }).end(),
      'response',
    )
    return { status: response.statusCode, headers: response.headers, text: String(await response.toArray()) }
  }

  it.each([
    ['GET', '/healthz', 200, 'ok\n'],
    ['HEAD', '/healthz', 200, ''],
    ['POST', '/healthz', 405, 'Ask with GET.\n'],
    ['GET', '/mqtt', 426, 'This is MQTT over WebSocket: connect with an MQTT client.\n'],
    ['GET', '/../etc/passwd', 404, 'Not found. MQTT over WebSocket is at /mqtt.\n'],
    ['GET', '/__proto__', 404, 'Not found. MQTT over WebSocket is at /mqtt.\n'],
  ])('%s %s is answered with %i, once for each connection', async (method, path, status, text) => {
    const answer = await ask(method, path)
    expect([answer.status, answer.text, answer.headers.connection]).toEqual([status, text, 'close'])
  })

  it('is the only one that is answered on its connection', async () => {
    const { ports } = await open()
    const socket = await rawSocket(ports.httpPort)
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))
    expect(String(await untilClosed(socket)).match(/HTTP\/1\.1 200/g)).toHaveLength(1)
  })

  it('whose answer is not taken is cut after the time for CONNECT', async () => {
    const { ports, clock } = await open({}, { limits: { unconnectedStreams: 1 } })
    const slow = await rawSocket(ports.httpPort)
    slow.write('POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n')
    await untilClosed(await rawSocket(ports.httpPort))
    clock.advance(5_000)
    await untilClosed(slow)
  })

  it('that is too long is refused', async () => {
    const { ports } = await open()
    const socket = await rawSocket(ports.httpPort)
    socket.write(`GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`)
    expect(String(await untilClosed(socket))).toMatch(/^(HTTP\/1\.1 431 .*)?$/s)
  })

  it('over TLS whose handshake is done has to come in time too', async () => {
    const { tls, ca } = await certificateFiles()
    const { ports, clock } = await open({ httpsPort: 0, tls })
    const silent = await tlsSocket(ports.httpsPort, { ca })
    await (await webSocketPeer(ports.httpsPort, { ca })).connect()
    clock.advance(5_000)
    await untilClosed(silent)
  })
})

/** What the server says, until a packet of this type. */
function answers(socket: WebSocket, last: Packet['type']): Promise<Packet[]> {
  const decoder = new Decoder({ role: 'client', version: 5, maximumPacketSize: 1 << 20 })
  const packets: Packet[] = []
  return new Promise((resolve) => {
    const take = (bytes: Buffer) => {
      decoder.push(bytes)
      for (let packet = decoder.next(); packet; packet = decoder.next()) packets.push(packet)
      if (packets.at(-1)?.type !== last) return
      socket.off('message', take)
      resolve(packets)
    }
    socket.on('message', take)
  })
}

/** Resolves when so many bytes have come. */
function bytesHeard(socket: Socket, bytes: number): Promise<void> {
  let left = bytes
  return new Promise((resolve) => {
    socket.on('data', ({ length }: Buffer) => {
      left -= length
      if (left <= 0) resolve()
    })
  })
}

/** What lies below a WebSocket of a client. */
function rawOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket
}

/** A WebSocket, and the stream at the server's end of it, with the socket that it lies on. */
async function streamOverWebSocket() {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, autoPong: false })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const arrived = new Promise<{ far: ReturnType<typeof webSocketStream>; socket: Socket }>((resolve) => {
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (each) => {
        const remote = { address: '', loopback: true }
        const far = webSocketStream(each, socket as Socket, { remote, connectBytes: 1 << 20 })
        resolve({ far, socket: socket as Socket })
      }),
    )
  })
  const near = await webSocket((server.address() as AddressInfo).port)
  return { near, ...(await arrived) }
}
