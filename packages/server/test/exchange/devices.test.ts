import {
  type FoldedEnvelope,
  foldMessages,
  type History,
  type OpenEnvelope,
  toFoldedEnvelope,
  writeBody,
} from '@daakia/protocol'
import type { PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { type Client, propertyOf } from '../support/client.js'
import { TestServer } from '../support/server.js'

const inbox = 'daak/conversations/+/messages'
const hour = 3_600_000
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 7 * 24 * 3_600 } }

/** One of ana's devices, with all that it was ever sent. */
class Device {
  readonly heard: PublishPacket[] = []

  private constructor(
    private readonly server: TestServer,
    private readonly name: string,
    private client: Client,
  ) {}

  static async open(server: TestServer, name: string): Promise<Device> {
    const client = await server.client('ana', { connection: name, ...persistent })
    await client.subscribe(inbox)
    return new Device(server, name, client)
  }

  say(text: string) {
    return this.client.say('daak/to/ben', text)
  }

  async goAway(): Promise<void> {
    await this.client.vanish()
  }

  async comeBack(): Promise<void> {
    this.client = await this.server.client('ana', { connection: this.name, ...persistent })
    expect(this.client.connack.sessionPresent).toBe(true)
  }

  /** Says that it is there. */
  ping = () => ping(this.client)

  async hears(count: number): Promise<void> {
    while (this.heard.length < count) this.heard.push(await this.client.hears())
  }

  /** Whether anything came that it was not waiting for. */
  get unheard(): number {
    return this.client.takeUnheard().length
  }

  /** All of it, in the order in which it came. */
  get history(): string[] {
    return this.heard.map((message) => `${message.topic} ${propertyOf(message, 'seq')} ${propertyOf(message, 'pos')}`)
  }

  /** The conversation with ben as it reads on this device. */
  get folded(): FoldedEnvelope[] {
    const withBen = this.heard.filter(({ topic }) => topic === 'daak/conversations/ana~ben/messages')
    return foldMessages(withBen.map(entryOf)).map(toFoldedEnvelope)
  }
}

const ping = async (client: Client): Promise<void> => {
  client.sendPacket({ type: 'pingreq' })
  await client.answer()
}

const entryOf = (message: PublishPacket): OpenEnvelope => ({
  seq: Number(propertyOf(message, 'seq')),
  id: propertyOf(message, 'id') ?? '',
  from: propertyOf(message, 'from') ?? '',
  at: Number(propertyOf(message, 'at')),
  type: propertyOf(message, 'type') ?? '',
  payload: message.payload,
  ...(message.properties?.contentType !== undefined && { contentType: message.properties.contentType }),
})

const refer = (client: Client, type: 'edit' | 'reaction', seq: number) => {
  const { payload, contentType } =
    type === 'edit' ? writeBody('edit', { seq, text: `better ${seq}` }) : writeBody('reaction', { seq, reaction: '👍' })
  return client.say('daak/to/ana', payload, { properties: [['type', type]], mqtt: { contentType } })
}

describe('a person with five devices', () => {
  test('sees one history on all of them, in one order and with edits, though three were away for a day', async () => {
    const server = await TestServer.open({ sysIntervalSeconds: 0 })
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    const devices: Device[] = []
    for (const name of ['phone', 'laptop', 'tablet', 'watch', 'car']) devices.push(await Device.open(server, name))
    const [phone, laptop, ...others] = devices as [Device, Device, Device, Device, Device]
    await ben.say('daak/to/ana', 'all of them are there')
    for (const device of devices) await device.hears(1)
    for (const device of others) await device.goAway()
    let said = 1
    for (let hours = 0; hours < 24; hours++) {
      server.clock.advance(hour / 2)
      for (const there of [phone, laptop]) await there.ping()
      for (const there of [ben, cem]) await ping(there)
      server.clock.advance(hour / 2)
      await ben.say('daak/to/ana', `ben ${hours}`)
      await cem.say('daak/to/ana', `cem ${hours}`)
      await (hours % 2 === 0 ? phone : laptop).say(`ana ${hours}`)
      await refer(ben, hours % 3 === 0 ? 'reaction' : 'edit', 1 + hours)
      said += 4
      for (const there of [phone, laptop]) await there.hears(said)
    }
    for (const device of others) await device.comeBack()
    await ben.say('daak/to/ana', 'all of them are there again')
    for (const device of devices) await device.hears(said + 1)
    await server.rest()
    for (const { history, folded, unheard } of devices) {
      expect(unheard).toBe(0)
      expect(history).toEqual(phone.history)
      expect(folded).toEqual(phone.folded)
    }
    expect(new Set(phone.history).size).toBe(said + 1)
    const reader = await server.person('ana', { connection: 'reader' })
    const answer = await reader.call('history/read', { conversation: 'ana~ben', fold: true, limit: 1_000 })
    expect((answer as { result: History }).result.messages).toEqual(phone.folded)
    expect(phone.folded.some(({ edited }) => edited)).toBe(true)
  })
})
