import type { IConnackPacket, IDisconnectPacket, MqttClient, Packet } from 'mqtt'
import { ConnectionLost, Refused } from '../../errors.js'
import type { Transport, TransportEvents } from '../port.js'
import { MqttConnection, messageOf } from './connection.js'

/**
 * Makes a `Transport` of an mqtt.js client that is on its way to connect. Its events are listened to for as long as it
 * lives: one error without a listener would end the process.
 */
export const openConnection = (
  client: MqttClient,
  { url, connection, signal }: { url: string; connection: string; signal?: AbortSignal | undefined },
  events: TransportEvents,
): Promise<Transport> =>
  new Promise((resolve, reject) => {
    let opened: MqttConnection | undefined
    let reason: Refused | ConnectionLost | undefined
    const giveUp = () => client.end(true)
    signal?.addEventListener('abort', giveUp, { once: true })

    client.on('packetreceive', (packet: Packet) => {
      if (packet.cmd === 'connack' || packet.cmd === 'disconnect') reason = refusalOf(packet) ?? reason
    })
    client.on('error', (error) => {
      reason ??= new ConnectionLost(`No connection to ${url}: ${describe(error)}`, { cause: error })
    })
    client.on('connect', (connack: IConnackPacket) => {
      signal?.removeEventListener('abort', giveUp)
      sendAtOnce(client)
      opened = new MqttConnection(client, connection, connack)
      resolve(opened)
    })
    client.on('message', (topic, payload, packet) => events.message(messageOf(topic, payload, packet)))
    client.once('close', () => {
      opened?.lost()
      if (opened) events.closed(reason)
      else reject(reason ?? new ConnectionLost(`No connection to ${url}: the server closed it.`))
      client.end(true)
    })
  })

/** Without this, Nagle's algorithm holds what follows an unacknowledged packet back, for some 40 ms (RFC 896, RFC 1122 4.2.3.2). */
const sendAtOnce = ({ stream }: MqttClient): void => {
  if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true)
}

const refusalOf = ({ reasonCode = 0, properties }: IConnackPacket | IDisconnectPacket): Refused | undefined =>
  reasonCode >= 0x80 ? new Refused(reasonCode, properties?.reasonString) : undefined

/** Node gives no message when several addresses were tried, only a code. */
const describe = (error: Error & { code?: unknown }): string => error.message || String(error.code ?? error.name)
