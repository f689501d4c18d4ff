import type { OpenTransport } from '@daakia/client-sdk'
import type { ByteStream } from '@daakia/server'
import { type MemoryTransportOptions, memoryTransport } from './memory-transport.js'

/** The way of one process to the server. */
export interface Line {
  transport: OpenTransport
  /** Ends its connections without a goodbye and makes no more, as when the process dies. */
  cut(): void
}

export const line = (options: MemoryTransportOptions): Line => {
  const streams: ByteStream[] = []
  let dead = false
  const stream = () => {
    if (dead) throw new Error('The line was cut.')
    const made = options.stream()
    streams.push(made)
    return made
  }
  return {
    transport: memoryTransport({ ...options, stream }),
    cut: () => {
      dead = true
      for (const made of streams) made.destroy()
    },
  }
}
