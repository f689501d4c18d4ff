/**
 * Listeners, the MQTT handshake, authentication, keep-alive and back-pressure. What the packets mean is the
 * business of the `SessionHost` above.
 *
 * @module
 */
export type {
  Admitted,
  Authenticate,
  Authentication,
  Authenticator,
  AuthenticatorServices,
  Challenge,
  Credentials,
  Refusal,
} from './authentication/authenticator.js'
export { AuthenticationChain, type AuthenticationWay } from './authentication/chain.js'
export { authenticateLoopback } from './authentication/dev.js'
export type { ByteStream, ByteStreamEvents, Remote } from './byte-stream.js'
export { type ConnectionLimits, defaultConnectionLimits } from './limits.js'
export type { ClientPacket, Link, OpenSession, SessionHost } from './link.js'
export { type HttpListenerOptions, listenHttp } from './listeners/http.js'
export type { Listener } from './listeners/listener.js'
export { listenTcp, type TcpListenerOptions } from './listeners/tcp.js'
export { type ConnectionManager, type ConnectionManagerOptions, createConnectionManager } from './manager.js'
export type { Claim, Connections } from './port.js'
export { streamPair } from './stream-pair.js'
