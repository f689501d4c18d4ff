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
  /** Nobody can read along. */
  secure?: boolean
  /** Present where the peer proved, in TLS, that it owns this certificate, which an authority of the server's choice has signed. */
  certificate?: ClientCertificate
}

/** Of a client certificate that a trusted authority has signed. */
export interface ClientCertificate {
  commonName: string
  organization?: string
  organizationalUnit?: string
  /** Subject Alternative Names, such as `DNS:device-1` and `URI:spiffe://acme/device-1`. */
  alternativeNames: readonly string[]
  /** SHA-256, in upper-case hex with colons. */
  fingerprint: string
  serialNumber: string
  /** Milliseconds since the Unix epoch: as long it is valid. */
  validUntil?: number
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
  /** Called when a whole CONNECT has come, where the stream itself bounds what may come before it. */
  connected?(): void
  /** Sends what was written, then closes. */
  end(): void
  /** Closes at once. */
  destroy(): void
}
