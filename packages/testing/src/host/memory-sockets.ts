import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { ByteStream } from '@daakia/server'
import type { Sockets } from './sockets.js'

/** Ways within this process: the very bytes that would travel over a network, without a network and without a timer. */
export const memorySockets = (connect: () => ByteStream): Sockets => {
  const streams = new Set<ByteStream>()
  const open: OpenSocket = (_, events) => {
    const stream = connect()
    let isClosed = false
    streams.add(stream)
    stream.open({
      data: (bytes) => events.data(bytes),
      drained: () => events.drained(),
      closed: () => {
        isClosed = true
        streams.delete(stream)
        events.closed()
      },
    })
    queueMicrotask(() => isClosed || events.opened())
    return {
      write: (pieces) => {
        let hasRoom = true
        for (const bytes of pieces) hasRoom = stream.write(bytes)
        return hasRoom
      },
      end: () => stream.end(),
      destroy: () => stream.destroy(),
    }
  }
  return {
    open,
    // Microtasks carry them: they have arrived before anybody asks.
    underWay: false,
    cut: () => {
      for (const stream of streams) stream.destroy()
    },
    close: () => {},
  }
}
