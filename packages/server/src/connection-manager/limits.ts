/** What one connection may take. */
export interface ConnectionLimits {
  /**
   * From the first byte that could come to a whole CONNECT; before it once more, for PROXY header, TLS and HTTP. Above
   * it the stream is cut: there is nothing to answer yet.
   */
  connectTimeoutMs: number
  /** The largest CONNECT; above it: CONNACK 0x95. Over WebSocket no more may come before it in all (1009). */
  connectBytes: number
  /** As long a client may take to close its end after the server said goodbye; then the stream is cut. */
  closeTimeoutMs: number
  /**
   * The largest packet that is taken, announced as Maximum Packet Size; above it: DISCONNECT 0x95. A connection is held
   * to what its CONNACK announced.
   */
  packetSizeBytes: number
  /** Sockets and streams that have not connected yet, over all doors; more are closed at once. */
  unconnectedStreams: number
  /** Connections in all; more are refused with CONNACK 0x89 (Server busy). */
  connections: number
  /** Connections of all clients that may come in a second; more are refused with CONNACK 0x9F. */
  connectsPerSecond: number
  /** The longest keep-alive, and the one of who asks for none, told as Server Keep Alive (MQTT 5; 3.1.1 can't be told). */
  keepAliveSeconds: number
  /**
   * Topic aliases that a client may set, as its CONNACK announced; above it: DISCONNECT 0x94. The server sets no more
   * for a client either, however many that takes.
   */
  topicAliases: number
  /** Longest MQTT client identifier, in characters; above it: CONNACK 0x85. */
  clientIdLength: number
  /** Bytes that wait for a connection beyond its socket; above it the stream is cut: what is said would not be read. */
  unsentBytes: number
}

export const defaultConnectionLimits: ConnectionLimits = {
  connectTimeoutMs: 5_000,
  connectBytes: 64 * 1024,
  closeTimeoutMs: 2_000,
  packetSizeBytes: 256 * 1024,
  unconnectedStreams: 1_000,
  connections: 100_000,
  connectsPerSecond: 20_000,
  keepAliveSeconds: 3_600,
  topicAliases: 32,
  clientIdLength: 256,
  unsentBytes: 16 * 1024 * 1024,
}
