import { type Envelope, History, type RpcAnswer } from '@daakia/protocol'
import type { ProtocolVersion, PublishPacket } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { socketStream } from '../../src/connection-manager/listeners/socket-stream.js'
import { Client, type ConnectFields, propertyOf } from '../support/client.js'
import { FakeBot } from '../support/fake-bot.js'
import { openServer, rawSocket } from '../support/listening-server.js'
import { textOf } from '../support/peer.js'

const inbox = 'daak/conversations/+/messages'
const payload = '{"text":"Which size?","choices":[{"label":"small"}]}'
const said = { properties: [['type', 'choices'] as const, ['plain', 'Which size?\u20281. small'] as const] }
const plain = 'Which size?\n1. small'

/** A server on a port, and clients on sockets to it. */
const open = async () => {
  const { ports } = await openServer()
  const stream = async () => socketStream(await rawSocket(ports.mqttPort))
  const client = async (name: string, fields?: ConnectFields) => Client.connect(await stream(), name, fields)
  return { client, bot: async (name: string) => FakeBot.connect(await stream(), name) }
}

type House = Awaited<ReturnType<typeof open>>

const listener = async (house: House, name: string, version: ProtocolVersion, filter = inbox): Promise<Client> => {
  const client = await house.client(name, { version, connection: `${name}-${version}` })
  await client.subscribe(filter)
  return client
}

const heardBy = async (client: Client): Promise<PublishPacket & { text: string }> => {
  const packet = await client.hears()
  return { ...packet, text: textOf(packet) }
}

const historyOf = async (client: Client): Promise<readonly Envelope[]> => {
  await client.subscribe(client.replies)
  const answer: RpcAnswer = await client.call('history/read', { conversation: 'ana~ben' })
  return History.parse('result' in answer ? answer.result : answer).messages
}

describe('a message with a plain text', () => {
  test('is that text to a connection of MQTT 3.1.1, and what was sent to one of MQTT 5', async () => {
    const house = await open()
    const [old, young] = [await listener(house, 'ben', 4), await listener(house, 'ben', 5)]
    const ana = await house.client('ana')
    await ana.say('daak/to/ben', payload, said)
    expect((await heardBy(old)).text).toBe(plain)
    const heard = await heardBy(young)
    expect([heard.text, propertyOf(heard, 'plain')]).toEqual([payload, 'Which size?\u20281. small'])
  })

  test('is that text on every way to a connection of MQTT 3.1.1: from one client, in a queue, as a signal', async () => {
    const house = await open()
    const ears = [
      await listener(house, 'ben', 4, 'daak/from/ana'),
      await listener(house, 'desk', 4, `$share/staff/${inbox}`),
    ]
    const ana = await house.client('ana')
    await ana.say('daak/to/ben', payload, said)
    await ana.say('daak/to/desk', payload, said)
    for (const ear of ears) expect((await heardBy(ear)).text).toBe(plain)
    const hearing = await listener(house, 'cem', 4, 'daak/conversations/+/signals')
    await ana.say('daak/to/cem', 'hi')
    ana.send('daak/conversations/ana~cem/signals', payload, said)
    expect((await heardBy(hearing)).text).toBe(plain)
  })

  test('is that text to a session of MQTT 3.1.1 that was away', async () => {
    const house = await open()
    const kept = { version: 4, cleanStart: false } as const
    const ben = await house.client('ben', kept)
    await ben.subscribe(inbox)
    await ben.disconnect()
    const ana = await house.client('ana')
    await ana.say('daak/to/ben', payload, said)
    expect((await heardBy(await house.client('ben', kept))).text).toBe(plain)
  })

  test('keeps both in the journal', async () => {
    const house = await open()
    const ana = await house.client('ana')
    await ana.say('daak/to/ben', payload, said)
    expect(await historyOf(ana)).toMatchObject([{ type: 'choices', payload, plain }])
  })

  test.each([
    ['a line feed', 'one\ntwo'],
    ['a tab', 'one\ttwo'],
    ['a character that stands for none', 'one\ufdd0two'],
  ])('is refused where that has %s, over which clients would close their connections', async (_, text) => {
    const house = await open()
    const ana = await house.client('ana')
    const puback = await ana.say('daak/to/ben', payload, { properties: [['plain', text]] })
    expect(puback.reasonCode).toBe(0x99)
    expect(puback.properties?.reasonString).toMatch(/U\+2028/)
  })

  test('takes as long a one as MQTT has strings', async () => {
    const house = await open()
    const old = await listener(house, 'ben', 4)
    const ana = await house.client('ana')
    const long = '…'.repeat(65_535 / 3)
    await ana.say('daak/to/ben', payload, { properties: [['plain', long]] })
    expect((await heardBy(old)).text).toBe(long)
  })
})

test('a message without a plain text is the same to connections of both versions', async () => {
  const house = await open()
  const [old, young] = [await listener(house, 'ben', 4), await listener(house, 'ben', 5)]
  const ana = await house.client('ana')
  await ana.say('daak/to/ben', payload, { properties: [['type', 'choices']] })
  expect([(await heardBy(old)).text, (await heardBy(young)).text]).toEqual([payload, payload])
})

test('who is told of a new member by MQTT 3.1.1 reads it as text', async () => {
  const house = await open()
  const old = await listener(house, 'ben', 4)
  const ana = await house.client('ana')
  await ana.subscribe(ana.replies)
  await ana.call('conversations/create', { id: 'room', members: ['ben'] })
  await ana.call('conversations/invite', { id: 'room', clients: ['cem'] })
  expect((await heardBy(old)).text).toBe('[cem joined]')
})

describe('what a bot says', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const utterance = { type: 'choices', payload, encoding: 'utf8', plain, traceparent } as const

  /** A bot that has a turn, because of Ana's word. */
  const asked = async () => {
    const house = await open()
    const bot = await house.bot('ben')
    const [old, young] = [await listener(house, 'ana', 4, 'daak/from/ben'), await listener(house, 'ana', 5)]
    await old.say('daak/to/ben', 'hi')
    await young.hears()
    return { house, bot, old, young, lease: await bot.lease() }
  }

  test('has its plain text and its trace', async () => {
    const { bot, old, young, lease } = await asked()
    await bot.commit(lease, [], { messages: [utterance] })
    expect((await heardBy(old)).text).toBe(plain)
    const heard = await heardBy(young)
    expect([heard.text, propertyOf(heard, 'plain'), propertyOf(heard, 'traceparent')]).toEqual([
      payload,
      'Which size?\u20281. small',
      traceparent,
    ])
  })

  test.each([
    ['plain', 'one\ttwo', /messages\.0\.plain: must be text without control characters/],
    ['plain', '\ud800', /messages\.0\.plain/],
    ['plain', 'a'.repeat(65_536), /65,535 bytes/],
    ['traceparent', 'x', /messages\.0\.traceparent: must be as W3C/],
  ])('is refused where its %s is %j', async (field, value, help) => {
    const { bot, lease } = await asked()
    const answer = await bot.tryCommit(lease, [], { messages: [{ ...utterance, [field]: value }] })
    expect(answer).toMatchObject({ error: { code: -32602, message: expect.stringMatching(help) } })
  })
})
