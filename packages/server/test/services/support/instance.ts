import { topics } from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { expect } from 'vitest'
import type { Client, ConnectFields, SayFields } from '../../support/client.js'
import type { Connecting } from '../../support/connecting.js'

export interface InstanceFields extends ConnectFields {
  /** User properties of its SUBSCRIBE. */
  announces?: Readonly<Record<string, string>>
}

/** A service of the client of its name, as a raw MQTT client writes it. */
export class Instance {
  constructor(readonly client: Client) {}

  static async connect(server: Pick<Connecting, 'client'>, service: string, fields: InstanceFields = {}) {
    const instance = new Instance(await server.client(service, fields))
    expect((await instance.serve(service, fields.announces)).reasonCodes).toEqual([1])
    return instance
  }

  /** Subscribes, and answers the SUBACK. */
  serve(service: string, properties: Readonly<Record<string, string>> = {}) {
    return this.client.subscribe(topics.serve(service), { properties })
  }

  called(): Promise<PublishPacket> {
    return this.client.hears()
  }

  /** Answers a call, and gives the PUBACK. */
  answer({ properties }: PublishPacket, answer: unknown, fields: SayFields = {}) {
    const { responseTopic = '', correlationData } = properties ?? {}
    const mqtt = correlationData ? { correlationData } : {}
    return this.client.say(responseTopic, JSON.stringify(answer), { mqtt, ...fields })
  }
}
