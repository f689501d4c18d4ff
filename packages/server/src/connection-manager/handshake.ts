import { type Clock, idMaker, type Random, topics } from '@daakia/protocol'
import { type ConnectPacket, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import type { Counters } from '../counters.js'
import { type Principal, principalOf } from '../identity.js'
import type { Accounts } from '../limits/port.js'
import { countLimit } from '../limits/refuse.js'
import type { Log } from '../log.js'
import type { Credentials, Refusal } from './authentication/authenticator.js'
import type { AuthenticationChain } from './authentication/chain.js'
import type { AuthExchange } from './authentication/exchange.js'
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
  authentication: AuthenticationChain
  clock: Clock
  random: Random
  limits: ConnectionLimits
  accounts: Accounts
  counters: Counters
  log: Log
}

/** One that has sent CONNECT. */
export interface Stranger {
  connect: ConnectPacket
  remote: Remote
  exchange: AuthExchange
}

/** Checks a CONNECT and asks who it is. `undefined` where it is gone by then. */
export const introduce = async (
  { connect, remote, exchange }: Stranger,
  options: HandshakeOptions,
): Promise<Introduction | Refusal | undefined> => {
  const problem = problemOf(connect, options)
  if (problem) return problem
  const connection = connect.clientId || idMaker(options.clock, options.random)()
  const answer = await exchange.begin(credentialsOf(connect, connection, remote))
  if (!answer || 'reasonCode' in answer) return answer
  const keepAlive = keepAliveOf(connect, options.limits)
  const principal = principalOf(answer.identity, connection)
  const limits = { ...options.limits, ...options.accounts.packetLimits(principal.vendor) }
  const properties = propertiesOf(connect, principal, keepAlive, limits)
  return { principal, keepAlive, properties: { ...properties, ...exchange.propertiesOf(answer) } }
}

const problemOf = ({ clientId }: ConnectPacket, { limits, counters }: HandshakeOptions): Refusal | undefined => {
  if (clientId.length <= limits.clientIdLength) return undefined
  countLimit(counters, 'connection', 'clientIdLength')
  const reason = `A client identifier has at most ${limits.clientIdLength} characters.`
  return { reasonCode: ReasonCode.ClientIdentifierNotValid, reason }
}

/** What it shows is copied: it lies in the stream's own bytes, and is looked at later. */
const credentialsOf = (
  { version, username, password, properties }: ConnectPacket,
  connection: string,
  remote: Remote,
): Credentials => ({
  connection,
  version,
  remote,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password: password.slice() }),
  ...(properties?.authenticationMethod !== undefined && { method: properties.authenticationMethod }),
  ...(properties?.authenticationData !== undefined && { data: properties.authenticationData.slice() }),
})

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
