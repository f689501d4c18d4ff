/** What the owner of a stream wants to hear of it. Calls never overlap, and none comes after `closed`. */
export interface ByteStreamEvents {
  data(bytes: Uint8Array): void
  /** After a `write` answered false: there is room again. */
  drained(): void
  /** The stream has ended or broken; called once. */
  closed(): void
}

/** Where the peer is, for logs and for what only loopback may do. */
export interface Remote {
  address: string
  loopback: boolean
  /** Present when it came over a WebSocket: the Origin and Host that its handshake named. */
  web?: { origin?: string; host?: string }
}

/** An ordered stream of bytes in both directions: a TCP socket, a WebSocket, or two ends in one process. */
export interface ByteStream {
  readonly remote: Remote
  /** Called once, before the first byte. */
  open(events: ByteStreamEvents): void
  /** Takes the bytes; false when more should wait for `drained`. The bytes must not be changed afterwards. */
  write(bytes: Uint8Array): boolean
  /** Stops and resumes reading: back-pressure on the sender. */
  pause(): void
  resume(): void
  /** Sends what was written, then closes. */
  end(): void
  /** Closes at once. */
  destroy(): void
}
