import { idMaker, systemClock } from '@daakia/protocol'
// Only the default export exists in both of mqtt.js' builds, for Node and for browsers.
import mqtt, { type IClientOptions } from 'mqtt'
import type { OpenTransport } from '../port.js'
import { openConnection } from './open.js'

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
  /** How soon a dead connection is noticed. 30 by default. */
  keepAliveSeconds?: number
  /** How long to wait for the server to answer. 10,000 by default. */
  connectTimeoutMs?: number
}

const newConnectionName = idMaker(systemClock)

/** What mqtt.js would find fault with on each try to connect, for ever. */
const refuseUrl = (url: string): void => {
  if (/^(mqtts?|wss?):\/\/[^/]/.test(url) && URL.canParse(url)) return
  throw new RangeError(`"${url}" is no url of a server: it looks like mqtt://host:1883 or ws://host:8080/mqtt.`)
}

/**
 * Connections over MQTT 5, by mqtt.js.
 *
 * @throws RangeError where the url's form is wrong
 * @example
 * const transport = mqttTransport({ url: 'ws://127.0.0.1:8080/mqtt', client: 'ana', connectTimeoutMs: 3_000 })
 * createClient({ identity: 'ana', transport })
 */
export const mqttTransport = (options: MqttTransportOptions): OpenTransport => {
  refuseUrl(options.url)
  const connection = options.connection ?? `${options.client.slice(0, 100)}-${newConnectionName()}`
  const settings = settingsOf(options, connection)
  return (events, signal) =>
    openConnection(mqtt.connect(options.url, settings), { url: options.url, connection, signal }, events)
}

const settingsOf = (options: MqttTransportOptions, connection: string): IClientOptions => ({
  protocolVersion: 5,
  clean: true,
  clientId: connection,
  username: options.client,
  ...(options.password !== undefined && { password: options.password }),
  keepalive: options.keepAliveSeconds ?? 30,
  connectTimeout: options.connectTimeoutMs ?? 10_000,
  reconnectPeriod: 0,
  resubscribe: false,
  queueQoSZero: false,
  properties: { requestProblemInformation: true },
})
