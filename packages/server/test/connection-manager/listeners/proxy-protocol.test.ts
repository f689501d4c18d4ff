import { connect as connectPlainly, createConnection, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { connect as connectSecurely } from 'node:tls'
import { encode, ReasonCode } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Remote } from '../../../src/connection-manager/byte-stream.js'
import { ProxyHeaderError, parseProxyHeader } from '../../../src/connection-manager/listeners/proxy-header.js'
import { trustedProxies } from '../../../src/connection-manager/listeners/proxy-protocol.js'
import type { ListenOptions } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import {
  type ListeningOptions,
  openServer,
  peerOn,
  rawSocket,
  startFailure,
  untilClosed,
  webSocketPeer,
} from '../../support/listening-server.js'
import { connectPacket } from '../../support/peer.js'
import { binaryHeader, ipv4Block, ipv6Block, textHeader } from '../../support/proxy-headers.js'

/** A server that keeps where its clients come from. */
const open = async (listen: ListenOptions = {}, options: ListeningOptions = {}) => {
  const seen: Remote[] = []
  const remember = ({ remote }: { remote: Remote }) => {
    seen.push(remote)
    return { identity: { vendor: 'acme', client: 'ana' } }
  }
  const listening = await openServer({
    authentication: [remember],
    listen: { mqttPort: 0, proxyProtocol: true, ...listen },
    ...options,
  })
  /** A connection whose first bytes are these. */
  const arrive = async (...bytes: Uint8Array[]): Promise<Socket> => {
    const socket = await rawSocket(listening.ports.mqttPort)
    socket.setNoDelay(true)
    socket.write(Buffer.concat(bytes))
    return socket
  }
  return { ...listening, seen, arrive }
}

const connect = encode(connectPacket(), 5)
const unknownText = textHeader('UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535')
const withTlvs = Buffer.concat([ipv4Block('192.0.2.1'), Buffer.from('01000568747470312000020102', 'hex')])

const headers: [string, Buffer, string | undefined][] = [
  ['version 1, IPv4', textHeader('TCP4 192.0.2.1 198.51.100.1 56324 1883'), '192.0.2.1'],
  ['version 1, IPv6', textHeader('TCP6 2001:DB8:0:0::7 2001:db8::1 56324 1883'), '2001:db8::7'],
  ['version 1, of a client that it does not know', textHeader('UNKNOWN'), undefined],
  ['version 1, with what may stand behind UNKNOWN', unknownText, undefined],
  ['version 2, IPv4', binaryHeader(), '192.0.2.1'],
  ['version 2, IPv4 with what else a proxy has to tell', binaryHeader({ block: withTlvs }), '192.0.2.1'],
  [
    'version 2, IPv6',
    binaryHeader({ familyAndTransport: 0x21, block: ipv6Block('2001:0db8:0000:0000:0000:0000:0000:0007') }),
    '2001:db8::7',
  ],
  ['version 2, for the proxy itself (LOCAL)', binaryHeader({ versionAndCommand: 0x20 }), undefined],
  [
    'version 2, LOCAL without an address',
    binaryHeader({ versionAndCommand: 0x20, familyAndTransport: 0, block: Buffer.alloc(0) }),
    undefined,
  ],
  ['version 2, of no family', binaryHeader({ familyAndTransport: 0, block: Buffer.alloc(0) }), undefined],
  ['version 2, of a UNIX socket', binaryHeader({ familyAndTransport: 0x31, block: Buffer.alloc(216) }), undefined],
]

describe('a connection behind a proxy', () => {
  it.each(headers)('is that of the client in front of it: %s', async (_, header, address) => {
    const { seen, arrive } = await open()
    const peer = peerOn(await arrive(header, connect))
    expect(await peer.expect('connack')).toMatchObject({ reasonCode: 0 })
    expect(seen).toEqual([{ address: address ?? '127.0.0.1', loopback: false }])
    expect(await peer.heard()).toEqual([])
  })

  it.each(headers)('may bring the header a byte at a time: %s', async (_, header, address) => {
    const { seen, arrive } = await open()
    const socket = await arrive(Buffer.alloc(0))
    for (const byte of header) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
      await turn()
    }
    expect(await peerOn(socket).connect()).toMatchObject({ reasonCode: 0 })
    expect(seen[0]?.address).toBe(address ?? '127.0.0.1')
  })

  it('may go on in the middle of a packet with what came with the header', async () => {
    const { arrive } = await open()
    const socket = await arrive(binaryHeader(), connect.subarray(0, 5))
    await turn()
    socket.write(connect.subarray(5))
    expect(await peerOn(socket).expect('connack')).toMatchObject({ reasonCode: 0 })
  })

  it('is told from others in the log by its own address', async () => {
    const { arrive, connected } = await open()
    await peerOn(await arrive(binaryHeader(), connect)).expect('connack')
    expect(connected()[0]).toMatchObject({ address: '192.0.2.1' })
  })

  it('may speak TLS', async () => {
    const { tls, ca } = await certificateFiles()
    const { seen, ports } = await open({ mqttsPort: 0, tls })
    for (const header of [textHeader('TCP4 192.0.2.1 198.51.100.1 56324 8883'), binaryHeader()]) {
      const plain = await rawSocket(ports.mqttsPort)
      plain.write(header)
      const socket = connectSecurely({ socket: plain, ca, servername: 'localhost' })
      expect(await peerOn(socket).connect()).toMatchObject({ reasonCode: 0 })
    }
    expect(seen[0]).toEqual({ address: '192.0.2.1', loopback: false, secure: true })
    expect(seen[1]).toEqual(seen[0])
  })

  it('may speak TLS though its first bytes come with the header', async () => {
    const { tls, ca } = await certificateFiles()
    const { seen, ports } = await open({ mqttsPort: 0, tls })
    const plain = await rawSocket(ports.mqttsPort)
    plain.cork()
    plain.write(binaryHeader())
    const socket = connectSecurely({ socket: plain, ca, servername: 'localhost' })
    plain.uncork()
    expect(await peerOn(socket).connect()).toMatchObject({ reasonCode: 0 })
    expect(seen[0]?.address).toBe('192.0.2.1')
  })

  it('may speak WebSocket, and secure WebSocket', async () => {
    const { tls, ca } = await certificateFiles()
    const { seen, ports } = await open({ httpPort: 0, httpsPort: 0, tls })
    const plain = (port: number) => {
      const socket = connectPlainly(port, '127.0.0.1')
      socket.write(binaryHeader())
      return socket
    }
    const [httpPort = 0, httpsPort = 0] = [ports.httpPort, ports.httpsPort]
    const one = await webSocketPeer(httpPort, { createConnection: () => plain(httpPort) })
    expect(await one.connect()).toMatchObject({ reasonCode: 0 })
    const secure = () => connectSecurely({ socket: plain(httpsPort), ca, servername: 'localhost' })
    const two = await webSocketPeer(httpsPort, { ca, createConnection: secure })
    expect(await two.connect({ clientId: 'ben' })).toMatchObject({ reasonCode: 0 })
    expect(seen).toMatchObject([
      { address: '192.0.2.1', loopback: false, web: { host: `127.0.0.1:${httpPort}` } },
      { address: '192.0.2.1', loopback: false, secure: true },
    ])
  })

  it('may ask for a page', async () => {
    const { ports } = await open({ httpPort: 0 })
    const socket = await rawSocket(ports.httpPort)
    socket.write(Buffer.concat([binaryHeader(), Buffer.from('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')]))
    expect(String(await untilClosed(socket))).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s)
  })
})

describe('a proxy that does not begin with a right header', () => {
  const long = 'x'.repeat(120)

  it.each([
    ['nothing but MQTT', connect],
    ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a line of nothing', textHeader('')],
    ['another protocol', textHeader('UDP4 192.0.2.1 198.51.100.1 56324 1883')],
    ['too few fields', textHeader('TCP4 192.0.2.1 198.51.100.1 56324')],
    ['too many fields', textHeader('TCP4 192.0.2.1 198.51.100.1 56324 1883 7')],
    ['an address of the other family', textHeader('TCP4 2001:db8::7 2001:db8::1 56324 1883')],
    ['an address with a zone', textHeader('TCP6 fe80::1%eth0 2001:db8::1 56324 1883')],
    ['what is no address', textHeader('TCP4 192.0.2.256 198.51.100.1 56324 1883')],
    ['what is no port', textHeader('TCP4 192.0.2.1 198.51.100.1 65536 1883')],
    ['a line that does not end', Buffer.from(`PROXY UNKNOWN ${long}`)],
    ['a line that ends too late', textHeader(`UNKNOWN ${long}`)],
    ['another version', binaryHeader({ versionAndCommand: 0x11 })],
    ['an unknown command', binaryHeader({ versionAndCommand: 0x22 })],
    ['an unknown family', binaryHeader({ familyAndTransport: 0x41 })],
    ['an unknown transport', binaryHeader({ familyAndTransport: 0x13 })],
    ['no room for its addresses (IPv4)', binaryHeader({ block: Buffer.alloc(11) })],
    ['no room for its addresses (IPv6)', binaryHeader({ familyAndTransport: 0x21, block: Buffer.alloc(35) })],
    ['a length beyond all use', binaryHeader({ length: 0xffff })],
    ['a signature that goes wrong at its end', Buffer.from('0d0a0d0a000d0a515549540b21110000', 'hex')],
  ])('is closed: %s', async (_, bytes) => {
    const { arrive, seen } = await open()
    expect(await untilClosed(await arrive(bytes, connect))).toHaveLength(0)
    expect(seen).toEqual([])
  })

  it('is closed when it ends in the middle of one', async () => {
    const { arrive, seen } = await open()
    const socket = await arrive(binaryHeader().subarray(0, 20))
    socket.end()
    await untilClosed(socket)
    expect(seen).toEqual([])
  })

  it('is closed after the time for CONNECT, and takes a place of those who have not connected yet', async () => {
    const { arrive, clock } = await open({}, { limits: { unconnectedStreams: 2 } })
    const [half, silent] = [await arrive(binaryHeader().subarray(0, 20)), await arrive(Buffer.alloc(0))]
    await untilClosed(await arrive(binaryHeader(), connect))
    clock.advance(5_000)
    await Promise.all([untilClosed(half), untilClosed(silent)])
    await peerOn(await arrive(binaryHeader(), connect)).expect('connack')
  })
})

describe('who is no proxy', () => {
  it('speaks for itself', async () => {
    const { arrive, seen } = await open({ proxyProtocol: { from: ['203.0.113.0/24'] } })
    await peerOn(await arrive(connect)).expect('connack')
    expect(seen).toEqual([{ address: '127.0.0.1', loopback: true }])
  })

  it.each([
    ['whose proxies are others', { proxyProtocol: { from: ['203.0.113.0/24', '2001:db8::/32'] } }],
    ['that has none', { proxyProtocol: false }],
  ])('is closed where it says for whom it speaks, by a server %s', async (_, listen) => {
    for (const header of [textHeader('TCP4 192.0.2.1 198.51.100.1 56324 1883'), binaryHeader()]) {
      const { arrive, seen } = await open(listen)
      await untilClosed(await arrive(header, connect))
      expect(seen).toEqual([])
    }
  })

  it('is known by its address', () => {
    const isProxy = trustedProxies({ from: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'] })
    const [yes, no] = [
      ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8:1::1'],
      ['11.0.0.1', '::ffff:11.0.0.1', '192.0.2.8', '2001:db9::1', '127.0.0.1', '::1', ''],
    ]
    expect([yes.map(isProxy), no.map(isProxy)]).toEqual([yes.map(() => true), no.map(() => false)])
  })

  it('is one where its range says so', async () => {
    const { arrive, seen } = await open({ proxyProtocol: { from: ['127.0.0.0/8'] } })
    await peerOn(await arrive(binaryHeader(), connect)).expect('connack')
    expect(seen[0]?.address).toBe('192.0.2.1')
    await untilClosed(await arrive(connect))
  })
})

describe('for development', () => {
  it.each([
    ['this machine', textHeader('TCP4 127.0.0.1 127.0.0.1 56324 1883')],
    ['this machine, in IPv6', textHeader('TCP6 ::1 ::1 56324 1883')],
    ['this machine, in version 2', binaryHeader({ block: ipv4Block('127.0.0.1') })],
    ['itself', binaryHeader({ versionAndCommand: 0x20 })],
    ['nobody in particular', textHeader('UNKNOWN')],
  ])('nobody comes in because a proxy says that it speaks for %s', async (_, header) => {
    const { ports } = await openServer({ listen: { mqttPort: 0, proxyProtocol: true } })
    const socket = createConnection(ports.mqttPort ?? 0, '127.0.0.1')
    socket.write(Buffer.concat([header, connect]))
    expect(await peerOn(socket).expect('connack')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
  })
})

describe('a header', () => {
  it.each(headers)('is none before all of it has come, and takes no byte of what follows: %s', (_, header) => {
    for (let length = 0; length < header.length; length++)
      expect(parseProxyHeader(header.subarray(0, length))).toBeUndefined()
    expect(parseProxyHeader(Buffer.concat([header, connect]))?.length).toBe(header.length)
  })

  it('of any bytes is read, waited for or refused, and nothing else', () => {
    const start = fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY '), binaryHeader().subarray(0, 12))
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (before, bytes) => {
        try {
          const header = parseProxyHeader(Buffer.concat([before, bytes]))
          expect(header?.length ?? 0).toBeLessThanOrEqual(before.length + bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(ProxyHeaderError)
        }
      }),
    )
  })
})

it.each(['10.0.0.0/33', '10.0.0/8', 'proxy.example', 'fe80::1%eth0', '10.0.0.0/', '2001:db8::/129', ''])(
  'a server does not start where %j should be a range of proxies',
  async (range) => {
    const error = await startFailure({ listen: { mqttPort: 0, proxyProtocol: { from: ['10.0.0.0/8', range] } } })
    expect(error).toMatchObject({ name: 'OptionsError', option: 'listen.proxyProtocol.from' })
  },
)
