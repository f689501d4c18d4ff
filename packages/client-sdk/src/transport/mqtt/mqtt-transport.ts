import { type Clock, idMaker, systemClock } from '@daakia/protocol'
import { type ConnectPacket, encode } from '@daakia/protocol/mqtt'
import { ConnectionLost } from '../../errors.js'
import type { OpenTransport } from '../port.js'
import { openConnection } from './lifecycle.js'
import { hasNodeModules } from './sockets/platform.js'
import type { OpenSocket } from './sockets/port.js'
import { isReachable, socketsFor } from './sockets/sockets.js'

/**
 * Where to connect by MQTT, and as whom.
 *
 * @example
 * const options: MqttTransportOptions = { url: 'mqtts://chat.example.com', client: 'ana', keepAliveSeconds: 10 }
 * createClient({ identity: 'ana', transport: mqttTransport(options) })
 */
export interface MqttTransportOptions {
  /** `mqtt://host:1883` for TCP, `ws://host:8080/mqtt` for a WebSocket; `mqtts` and `wss` with TLS. */
  url: string
  /** Who connects: the MQTT user name. */
  client: string
  password?: string
  /** The MQTT client identifier, which names the connection. By default one is made, the same for each connection. */
  connection?: string
  /**
   * How soon a dead connection is noticed, unless the server wants another time. 0: never. 30 by default; in a browser 90,
   * for a page that is hidden has its timers once a minute.
   */
  keepAliveSeconds?: number
  /** How long to wait for the server to answer. 10,000 by default. */
  connectTimeoutMs?: number
  clock?: Clock
}

const newConnectionName = idMaker(systemClock)
const longestKeepAlive = 65_535
const defaultKeepAliveSeconds = (): number => (hasNodeModules() ? 30 : 90)

/**
 * Connections over MQTT 5: over TCP and TLS in Node, over a WebSocket everywhere.
 *
 * @throws RangeError where the url's form is wrong, no socket here reaches it, or MQTT can't say a name
 * @example
 * const transport = mqttTransport({ url: 'ws://127.0.0.1:8080/mqtt', client: 'ana', connectTimeoutMs: 3_000 })
 * createClient({ identity: 'ana', transport })
 */
export const mqttTransport = (options: MqttTransportOptions): OpenTransport => {
  const url = parseUrl(options.url)
  return mqttTransportOver(options, () => socketsFor(url, options.clock ?? systemClock))
}

/** The same over sockets of another kind, for tests. They may take any url. */
export const mqttTransportOver = (
  options: MqttTransportOptions,
  sockets: () => OpenSocket | Promise<OpenSocket>,
): OpenTransport => {
  const { url: address, connectTimeoutMs = 10_000, clock = systemClock } = options
  const url = new URL(address)
  const connect = checked(connectOf(options))
  return async (events, signal) => {
    const openSocket = await sockets()
    if (signal?.aborted) throw new ConnectionLost(`No connection to ${address}: it was given up before it was tried.`)
    return openConnection({ openSocket, url, address, connect, connectTimeoutMs, clock, events, signal })
  }
}

const parseUrl = (text: string): URL => {
  if (!/^(mqtts?|wss?):\/\/[^/]/.test(text) || !URL.canParse(text))
    throw new RangeError(`"${text}" is no url of a server: it looks like mqtt://host:1883 or ws://host:8080/mqtt.`)
  const url = new URL(text)
  if (url.username || url.password)
    throw new RangeError('A name or a password does not belong in the url: give them as the client and its password.')
  if (!isReachable(url.protocol))
    throw new RangeError(`"${text}" can't be reached from here: there are WebSockets only, as in ws://host:8080/mqtt.`)
  return url
}

const connectOf = (options: MqttTransportOptions): ConnectPacket => {
  const { client, password, keepAliveSeconds = defaultKeepAliveSeconds() } = options
  if (!Number.isInteger(keepAliveSeconds) || keepAliveSeconds < 0 || keepAliveSeconds > longestKeepAlive)
    throw new RangeError(`keepAliveSeconds: ${keepAliveSeconds} is not a whole number from 0 to ${longestKeepAlive}`)
  return {
    type: 'connect',
    version: 5,
    clientId: options.connection ?? `${client.slice(0, 100)}-${newConnectionName()}`,
    cleanStart: true,
    keepAlive: keepAliveSeconds,
    username: client,
    ...(password !== undefined && { password: new TextEncoder().encode(password) }),
    properties: { requestProblemInformation: true },
  }
}

/** What can't be written fails now, and not on each try to connect, for ever. */
const checked = (connect: ConnectPacket): ConnectPacket => {
  try {
    encode(connect, connect.version)
    return connect
  } catch (error) {
    throw new RangeError(
      `The client, its password or the connection's name does not fit MQTT: ${(error as Error).message}.`,
    )
  }
}
