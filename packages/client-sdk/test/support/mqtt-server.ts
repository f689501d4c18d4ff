import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { Decoder, encode, type Packet, type Properties } from '@daakia/protocol/mqtt'
import { createWebSocketStream, WebSocketServer } from 'ws'

type Answer = (packet: Packet, send: (...packets: Packet[]) => void, socket: Duplex) => void

const granted = (packet: Extract<Packet, { type: 'subscribe' }>): Packet => ({
  type: 'suback',
  packetId: packet.packetId,
  reasonCodes: packet.subscriptions.map(({ qos }) => qos),
})

/** What a server does that takes everything. */
export const takeEverything =
  (properties: Properties = {}): Answer =>
  (packet, send) => {
    if (packet.type === 'connect') send({ type: 'connack', sessionPresent: false, reasonCode: 0, properties })
    if (packet.type === 'subscribe') send(granted(packet))
    if (packet.type === 'publish' && packet.packetId) send({ type: 'puback', packetId: packet.packetId, reasonCode: 0 })
    if (packet.type === 'pingreq') send({ type: 'pingresp' })
  }

const doors: Record<'mqtt' | 'ws', (arrive: (socket: Duplex) => void) => Server | HttpServer> = {
  mqtt: (arrive) => createServer(arrive),
  ws: (arrive) => {
    const server = createHttpServer()
    const upgrades = new WebSocketServer({ server, handleProtocols: () => 'mqtt' })
    upgrades.on('connection', (webSocket) => arrive(createWebSocketStream(webSocket)))
    return server
  },
}

/** An MQTT 5 server on loopback, over TCP or WebSocket, that answers as a test wants it to. */
export const mqttServer = async (answer: Answer, protocol: 'mqtt' | 'ws' = 'mqtt') => {
  const sockets = new Set<Duplex>()
  const received: Packet[] = []
  const server = doors[protocol]((socket) => {
    sockets.add(socket)
    const decoder = new Decoder({ role: 'server', maximumPacketSize: 1_000_000 })
    const send = (...packets: Packet[]) => packets.forEach((packet) => void socket.write(encode(packet, 5)))
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      decoder.push(chunk)
      for (let packet = decoder.next(); packet; packet = decoder.next()) {
        received.push(packet)
        answer(packet, send, socket)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('not listening')
  return {
    url: `${protocol}://127.0.0.1:${address.port}`,
    received,
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export type MqttServer = Awaited<ReturnType<typeof mqttServer>>
