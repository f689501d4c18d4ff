import type { Socket } from 'node:net'
import { listen } from './listen.js'
import { forwarder, type Take } from './relay-forwarder.js'

/**
 * The least that a Node process can do for a publisher and its subscribers: it answers CONNECT and SUBSCRIBE with bytes
 * made beforehand, and from a connection's first PUBLISH on it passes bytes along. It relies on the generator: MQTT
 * 3.1.1, one packet at a time until the answer has come, and packets of one size and topic afterwards.
 */
const subscribers = new Map<string, Socket[]>()

const packet = { connect: 1, publish: 3, puback: 4, subscribe: 8, disconnect: 14 } as const
const connack = Uint8Array.of(0x20, 2, 0, 0)
const suback = 0x90
const ignore: Take = () => undefined

const relay = (socket: Socket): void => {
  let take: Take = (chunk) => {
    const type = (chunk[0] as number) >> 4
    if (type === packet.connect) socket.write(connack)
    else if (type === packet.subscribe) subscribe(socket, chunk)
    else if (type === packet.disconnect) socket.end()
    else if (type === packet.puback) take = ignore
    else if (type === packet.publish) {
      take = forwarder(socket, chunk, subscribers)
      take(chunk)
    }
  }
  socket.on('data', (chunk) => take(chunk))
  socket.on('error', () => socket.destroy())
}

const subscribe = (socket: Socket, chunk: Buffer): void => {
  const filter = chunk.toString('utf8', 6, 6 + chunk.readUInt16BE(4))
  const sockets = subscribers.get(filter)
  if (sockets) sockets.push(socket)
  else subscribers.set(filter, [socket])
  socket.write(Uint8Array.of(suback, 3, chunk[2] as number, chunk[3] as number, 0))
}

await listen(relay, [])
