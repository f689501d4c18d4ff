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
export { authenticateLoopback, devOperator } from './authentication/dev.js'
export * from './authentication/index.js'
export type { ByteStream, ByteStreamEvents, Remote } from './byte-stream.js'
export { type ConnectionLimits, defaultConnectionLimits } from './limits.js'
export type { ClientPacket, Link, OpenSession, SessionHost } from './link.js'
export { type HttpListenerOptions, listenHttp } from './listeners/http.js'
export type { DoorOptions, Listener } from './listeners/listener.js'
export { isOrigin, OriginList } from './listeners/origins.js'
export { trustedProxies } from './listeners/proxy-protocol.js'
export type { Route, RouteAnswer, RouteRequest, Routes } from './listeners/route.js'
export { ServerCertificate } from './listeners/server-certificate.js'
export { listenTcp, type TcpListenerOptions } from './listeners/tcp.js'
export { listenTls } from './listeners/tls.js'
export type { TlsOptions } from './listeners/tls-options.js'
export { type ConnectionManager, type ConnectionManagerOptions, createConnectionManager } from './manager.js'
export type { Claim, Connections, Occupation } from './port.js'
export { streamPair } from './stream-pair.js'
