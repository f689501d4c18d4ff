import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { ByteStream } from '@daakia/server'

/** Sockets within this process: the very bytes that would travel over a network, without a network and without a timer. */
export const memorySocket =
  (connect: () => ByteStream): OpenSocket =>
  (_, events) => {
    const stream = connect()
    let isClosed = false
    stream.open({
      data: (bytes) => events.data(bytes),
      drained: () => events.drained(),
      closed: () => {
        isClosed = true
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
