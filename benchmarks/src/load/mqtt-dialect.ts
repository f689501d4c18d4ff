import { encode, type ProtocolVersion, type QoS } from '@daakia/protocol/mqtt'
import type { Dialect, Sink } from './dialect.js'
import { MqttCounter } from './mqtt-counter.js'
import { PacketType, packetType } from './mqtt-frames.js'
import { MqttReader } from './mqtt-reader.js'

const refused = 0x80

/** MQTT 3.1.1 (4) or MQTT 5. */
export const mqtt = (version: ProtocolVersion): Dialect => ({
  hello: (client) =>
    encode({ type: 'connect', version, clientId: client, username: client, cleanStart: true, keepAlive: 0 }, version),
  subscribe: (filters, qos) =>
    encode(
      { type: 'subscribe', packetId: 1, subscriptions: filters.map((filter) => subscription(filter, qos)) },
      version,
    ),
  publish: (message) => encode({ type: 'publish', retain: false, dup: false, ...message }, version),
  goodbye: () => encode({ type: 'disconnect', reasonCode: 0 }, version),
  counter: () => new MqttCounter(),
  answers,
})

const subscription = (filter: string, qos: QoS) =>
  ({ filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }) as const

const answers = (answered: (refusal?: string) => void): Sink => {
  const reader = new MqttReader((first, bytes, body, end) => {
    const type = packetType(first)
    if (type === PacketType.connack) answered(refusal('CONNACK', bytes[body + 1] as number, 1))
    // The last of the reason codes: they follow the properties of MQTT 5.
    else if (type === PacketType.suback) answered(refusal('SUBACK', bytes[end - 1] as number, refused))
    else if (type !== PacketType.publish) answered(`a packet of type ${type} came in place of an answer`)
  })
  return (bytes, end) => reader.push(bytes, end)
}

const refusal = (packet: string, code: number, from: number): string | undefined =>
  code >= from ? `${packet} with the code 0x${code.toString(16)}` : undefined
