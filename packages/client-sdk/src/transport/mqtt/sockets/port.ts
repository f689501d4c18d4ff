/** What is heard of a socket. Calls never overlap, and none comes after `closed`. */
export interface SocketEvents {
  /** Connected, with TLS and the upgrade to a WebSocket behind it. */
  opened(): void
  /** The bytes are the receiver's to keep, and are never changed. */
  data(bytes: Uint8Array): void
  /** After a `write` answered false: there is room again. */
  drained(): void
  /** It has ended, broken, or could not be opened; called once. */
  closed(error?: Error): void
}

/** An ordered stream of bytes in both directions. It does nothing after it is closed. */
export interface Socket {
  /** Takes all of the bytes, which must not be changed afterwards; false when more should wait for `drained`. */
  write(bytes: readonly Uint8Array[]): boolean
  /** Sends what was written, then closes. */
  end(): void
  /** Closes at once. `closed` is called soon, and not from within. */
  destroy(): void
}

/** Begins to connect. No event comes before it has returned. */
export type OpenSocket = (url: URL, events: SocketEvents) => Socket
