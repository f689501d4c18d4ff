import type { UserProperty } from '@daakia/protocol/mqtt'
import type { IConnackPacket, IPublishPacket, MqttClient } from 'mqtt'
import { ConnectionLost, Refused } from '../../errors.js'
import type { Transport, TransportMessage } from '../port.js'
import { publishBytes } from './packet-size.js'
import { fromMqttJs, toMqttJs } from './user-properties.js'
import { window } from './window.js'

/** [MQTT-3.1.2-24] and 3.2.2.3.3: what counts where CONNACK names no Receive Maximum. */
const defaultReceiveMaximum = 65_535
const goodbyeMs = 1_000

/** One MQTT connection, over an mqtt.js client that does not reconnect. */
export class MqttConnection implements Transport {
  readonly connection: string
  readonly #client: MqttClient
  readonly #limit: number
  readonly #window: ReturnType<typeof window>
  readonly #underWay = new Set<(error: Error) => void>()
  #closed = false

  constructor(client: MqttClient, connection: string, { properties = {} }: IConnackPacket) {
    this.connection = properties.assignedClientIdentifier ?? connection
    this.#client = client
    this.#limit = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY
    this.#window = window(properties.receiveMaximum ?? defaultReceiveMaximum)
  }

  async publish(message: TransportMessage, { qos }: { qos: 0 | 1 }): Promise<void> {
    const bytes = publishBytes(message, { qos })
    if (bytes > this.#limit)
      throw new Refused(0x95, `The message takes ${bytes} bytes; the server takes ${this.#limit}.`)
    const send = () =>
      this.#answered<void>((settle) => {
        this.#client.publish(message.topic, message.payload as Buffer, publishOptions(message, qos), settle)
      })
    await (qos === 0 ? send() : this.#window(send))
  }

  async subscribe(
    filters: readonly { filter: string; qos: 0 | 1 }[],
    userProperties: readonly UserProperty[] = [],
  ): Promise<readonly UserProperty[]> {
    const wanted = Object.fromEntries(filters.map(({ filter, qos }) => [filter, { qos }]))
    const options = { qos: 1 as const, properties: toMqttJs(userProperties) }
    const suback = await this.#answered<Answer | undefined>((settle) => {
      this.#client.subscribe(wanted, options, (error, _granted, suback) =>
        settle(error && refusedFilter(error, suback), suback),
      )
    })
    return fromMqttJs(suback?.properties?.userProperties)
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#answered<void>((settle) => this.#client.unsubscribe([...filters], (error) => settle(error)))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const gone = new Promise<void>((resolve) => this.#client.once('close', () => resolve()))
    this.#client.end(this.#underWay.size > 0)
    // A peer that is not there any more does not say goodbye.
    const impatience = setTimeout(() => this.#client.stream.destroy(), goodbyeMs)
    await gone
    clearTimeout(impatience)
  }

  /** The connection is gone: nothing that is under way will be answered. */
  lost(): void {
    this.#closed = true
    for (const reject of this.#underWay) reject(new ConnectionLost('The connection was lost before the answer came.'))
  }

  #answered<Value>(start: (settle: (error?: Error | null, answer?: unknown) => void) => void): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (this.#closed) return reject(new ConnectionLost('There is no connection.'))
      this.#underWay.add(reject)
      start((error, answer) => {
        this.#underWay.delete(reject)
        if (error) reject(failureOf(error, answer as Answer | undefined))
        else resolve(answer as Value)
      })
    })
  }
}

/** mqtt.js tells of a refused filter by a text alone; its reason code is in the SUBACK. */
const refusedFilter = (error: Error, suback?: Answer): Error => {
  const code = suback?.granted?.map(Number).find((granted) => granted >= 0x80)
  return code === undefined ? error : Object.assign(error, { code })
}

/** What PUBACK and SUBACK have in common. */
interface Answer {
  granted?: readonly unknown[]
  properties?: { reasonString?: string; userProperties?: Record<string, string | string[]> }
}

const failureOf = (error: Error & { code?: unknown }, answer?: Answer): Refused | ConnectionLost =>
  typeof error.code === 'number' && error.code >= 0x80
    ? new Refused(error.code, answer?.properties?.reasonString)
    : new ConnectionLost(error.message, { cause: error })

const publishOptions = (message: TransportMessage, qos: 0 | 1) => ({
  qos,
  retain: message.retain ?? false,
  properties: {
    ...(message.contentType !== undefined && { contentType: message.contentType }),
    ...(message.responseTopic !== undefined && { responseTopic: message.responseTopic }),
    ...(message.correlationData && { correlationData: message.correlationData as Buffer }),
    ...toMqttJs(message.userProperties),
  },
})

/** A received PUBLISH, without what is mqtt.js' own. */
export const messageOf = (
  topic: string,
  payload: Uint8Array,
  { retain, properties }: IPublishPacket,
): TransportMessage => ({
  topic,
  payload,
  retain,
  ...(properties?.contentType !== undefined && { contentType: properties.contentType }),
  ...(properties?.responseTopic !== undefined && { responseTopic: properties.responseTopic }),
  ...(properties?.correlationData && { correlationData: properties.correlationData }),
  ...(properties?.userProperties && { userProperties: fromMqttJs(properties.userProperties) }),
})
