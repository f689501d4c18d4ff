import { type Clock, idMaker, isClientId, type Random, topics } from '@daakia/protocol'
import { type ConnectPacket, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import { type Principal, principalOf } from '../identity.js'
import type { Log } from '../log.js'
import type { Admitted, Authenticate, Credentials, Refusal } from './authentication/port.js'
import type { Remote } from './byte-stream.js'
import type { ConnectionLimits } from './limits.js'

/** Whom the connection speaks for, and what its CONNACK says of it. */
export interface Introduction {
  principal: Principal
  properties: Properties
  /** Seconds; 0 switches it off. */
  keepAlive: number
}

export interface HandshakeOptions {
  authenticate: Authenticate
  clock: Clock
  random: Random
  limits: ConnectionLimits
  log: Log
}

/** Checks a CONNECT and asks who it is. */
export const introduce = async (
  connect: ConnectPacket,
  remote: Remote,
  options: HandshakeOptions,
): Promise<Introduction | Refusal> => {
  const problem = problemOf(connect, options.limits)
  if (problem) return problem
  const connection = connect.clientId || idMaker(options.clock, options.random)()
  const answer = await ask(credentialsOf(connect, connection, remote), options)
  if ('reasonCode' in answer) return answer
  const keepAlive = keepAliveOf(connect, options.limits)
  const principal = principalOf(answer.identity, connection)
  return { principal, keepAlive, properties: propertiesOf(connect, principal, keepAlive, options.limits) }
}

const problemOf = ({ clientId, properties }: ConnectPacket, limits: ConnectionLimits) => {
  if (clientId.length > limits.clientIdLength)
    return refusal(
      ReasonCode.ClientIdentifierNotValid,
      `A client identifier has at most ${limits.clientIdLength} characters.`,
    )
  if (properties?.authenticationMethod !== undefined)
    return refusal(ReasonCode.BadAuthenticationMethod, 'Connect without an authentication method.')
  return undefined
}

const refusal = (reasonCode: number, reason: string): Refusal => ({ reasonCode, reason })

const credentialsOf = (
  { version, username, password }: ConnectPacket,
  connection: string,
  remote: Remote,
): Credentials => ({
  connection,
  version,
  remote,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
})

const unexpected = refusal(ReasonCode.BadAuthenticationMethod, 'Connect without an authentication method.')

const ask = async (credentials: Credentials, { authenticate, log }: HandshakeOptions): Promise<Admitted | Refusal> => {
  try {
    const answer = await authenticate(credentials)
    if ('reasonCode' in answer) return answer
    if ('next' in answer) return unexpected
    if (isClientId(answer.identity.client)) return answer
    log.error({ connection: credentials.connection }, 'The authenticator named a client that is no client id')
  } catch (error) {
    log.error({ connection: credentials.connection, error: String(error) }, 'The authenticator failed')
  }
  return refusal(ReasonCode.ServerUnavailable, 'Authentication is not available now; try again later.')
}

/** A client of MQTT 3.1.1 can't be told another keep-alive, so its own one counts. */
const keepAliveOf = ({ version, keepAlive }: ConnectPacket, { keepAliveSeconds }: ConnectionLimits): number => {
  if (version === 4) return keepAlive
  return keepAlive === 0 ? keepAliveSeconds : Math.min(keepAlive, keepAliveSeconds)
}

const propertiesOf = (
  connect: ConnectPacket,
  principal: Principal,
  keepAlive: number,
  limits: ConnectionLimits,
): Properties => ({
  maximumPacketSize: limits.packetSizeBytes,
  topicAliasMaximum: limits.topicAliases,
  ...(connect.clientId === '' && { assignedClientIdentifier: principal.connection }),
  ...(keepAlive !== connect.keepAlive && { serverKeepAlive: keepAlive }),
  ...(connect.properties?.requestResponseInformation && {
    responseInformation: topics.replies(principal.client, principal.connection),
  }),
})
