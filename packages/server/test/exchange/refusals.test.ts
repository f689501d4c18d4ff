import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import { StorageError } from '../../src/index.js'
import type { KeyValue } from '../../src/kv/port.js'
import type { SayFields } from '../support/client.js'
import { HeldStorage } from '../support/held-storage.js'
import { TestServer } from '../support/server.js'
import { inMemory } from '../support/storage.js'
import { withWrite } from '../support/with-write.js'

const refusals: [name: string, topic: string, fields: SayFields, code: number, help: RegExp][] = [
  ['sets a property of the server', 'daak/to/ben', { properties: [['seq', '7']] }, 0x99, /"seq" is the server's/],
  ['forges its sender', 'daak/to/ben', { properties: [['from', 'eve']] }, 0x99, /"from" is the server's/],
  ['has an empty id', 'daak/to/ben', { properties: [['id', '']] }, 0x99, /"id" must be 1 to 128/],
  ['has an id that is too long', 'daak/to/ben', { properties: [['id', 'x'.repeat(129)]] }, 0x99, /"id" must be/],
  [
    'has two ids',
    'daak/to/ben',
    {
      properties: [
        ['id', 'a'],
        ['id', 'b'],
      ],
    },
    0x99,
    /"id" is given twice/,
  ],
  ['has a type with a space', 'daak/to/ben', { properties: [['type', 'a b']] }, 0x99, /"type" must be/],
  ['is for somebody who is not there', 'daak/to/ben', { properties: [['to', 'eve']] }, 0x99, /"to" must name a member/],
  ['has a trace that is none', 'daak/to/ben', { properties: [['traceparent', 'x']] }, 0x99, /W3C/],
  [
    'has a Content Type that is too long',
    'daak/to/ben',
    { mqtt: { contentType: 'x'.repeat(256) } },
    0x99,
    /Content Type/,
  ],
  ['comes after what can be no id', 'daak/to/ben', { properties: [['after', 'a\nb']] }, 0x97, /both again/],
  ['is to be retained', 'daak/to/ben', { retain: true }, 0x83, /without RETAIN/],
  ['is for no client', 'daak/to/b n', {}, 0x90, /1 to 128 of/],
  ['is for a name with a tilde', 'daak/to/ben~eve', {}, 0x90, /1 to 128 of/],
  ['is for its sender', 'daak/to/ana', {}, 0x90, /yourself/],
  ['is for a conversation that is not there', 'daak/conversations/nowhere/messages', {}, 0x87, /not a member/],
  ['is for a conversation of others', 'daak/conversations/ben~eve/messages', {}, 0x87, /not a member/],
  ['names a direct conversation the wrong way round', 'daak/conversations/ben~ana/messages', {}, 0x90, /sorted/],
  ['is for the state of a bot', 'daak/conversations/ana~ben/state/ben', {}, 0x90, /publish to/],
  ['is for a topic that nobody knows', 'daak/nothing', {}, 0x90, /publish to/],
  ['is for somebody else’s answers', 'daak/replies/ben/ben-1', {}, 0x87, /no such call/],
  ['is for notices', 'daak/notices', {}, 0x90, /publish to/],
  ['is for a turn', 'daak/turns/ana~ben', {}, 0x90, /publish to/],
]

describe('a message is refused, and its sender told what to do, when it', () => {
  test.each(refusals)('%s', async (_, topic, fields, code, help) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const puback = await ana.say(topic, 'hi', fields)
    expect(puback.reasonCode).toBe(code)
    expect(puback.properties?.reasonString).toMatch(help)
    expect((await ana.say('daak/to/ben', 'this one is good')).reasonCode).toBe(0)
  })

  test('is for a conversation that exists, of which its sender is no member: as if there were none', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const eve = await server.client('eve')
    await ana.say('daak/to/ben', 'hi')
    const existing = await eve.say('daak/conversations/ana~ben/messages', 'let me in')
    const missing = await eve.say('daak/conversations/ana~cem/messages', 'let me in')
    expect([existing.reasonCode, existing.properties]).toEqual([missing.reasonCode, missing.properties])
  })

  test('is refused without reason to who did not ask for reasons', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', { properties: { requestProblemInformation: false } })
    expect(await ana.say('daak/to/b n', 'hi')).toEqual({ type: 'puback', packetId: 1, reasonCode: 0x90 })
  })
})

describe('a client of MQTT 3.1.1, which cannot be told a refusal,', () => {
  test('is acknowledged where it would be refused again, and nothing is said', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', { version: 4 })
    await ana.say('daak/to/ben~eve', 'hi')
    await ana.say('daak/to/ben', 'good')
    const ben = await server.client('ben')
    await ben.subscribe('daak/conversations/+/messages', { properties: { since: '1:0' } })
    expect(await ben.hearsTexts(1)).toEqual(['good'])
  })
})

const badFilters: [name: string, filter: string, code: number, help: RegExp][] = [
  ['a name that is none', 'daak/from/b n', 0x8f, /daak\/from/],
  ['all that anybody says', 'daak/#', 0x8f, /subscribe to/],
  ['what is only published to', 'daak/to/ben', 0x8f, /subscribe to/],
  ['calls, which services answer', 'daak/rpc/orders/+', 0x8f, /subscribe to/],
  ['a share of what others say to it', '$share/group/daak/from/+', 0x8f, /./],
  ['one turn', 'daak/turns/ana~ben', 0x8f, /daak\/turns\/\+/],
  ['a conversation of others', 'daak/conversations/ben~eve/messages', 0x87, /not a member/],
  ['a conversation that is not there', 'daak/conversations/nowhere/messages', 0x87, /not a member/],
  ['the state of a bot among others', 'daak/conversations/ben~eve/state/+', 0x87, /not a member/],
  ['a bot that is none', 'daak/conversations/+/state/b n', 0x8f, /its id/],
  ['somebody else’s answers', 'daak/replies/ben/ben-1', 0x87, /daak\/replies\/ana\/ana-1/],
]

describe('a subscription is refused when it asks for', () => {
  test.each(badFilters)('%s', async (_, filter, code, help) => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const suback = await ana.subscribe(filter)
    expect(suback.reasonCodes).toEqual([code])
    expect(suback.properties?.reasonString).toMatch(help)
  })

  test('a place on the inbox that is written wrongly', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const suback = await ana.subscribe('daak/from/+', { properties: { since: 'yesterday' } })
    expect(suback.reasonCodes).toEqual([ReasonCode.ImplementationSpecificError])
    expect(suback.properties?.reasonString).toMatch(/<epoch>:<offset>/)
  })

  test.each([
    ['capacity', '0'],
    ['capacity', 'many'],
    ['apology', 'x'.repeat(1_025)],
  ])('turns with a %s that is out of bounds', async (name, value) => {
    const server = await TestServer.open()
    const bot = await server.client('order-bot')
    const suback = await bot.subscribe('daak/turns/+', { properties: { [name]: value } })
    expect(suback.reasonCodes).toEqual([ReasonCode.ImplementationSpecificError])
    expect(suback.properties?.reasonString).toContain(name)
  })

  test('more than QoS 1: it is granted QoS 1', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    expect((await ana.subscribe('daak/from/+', { qos: 2 })).reasonCodes).toEqual([1])
  })
})

describe('a connection is closed, and no other, when it', () => {
  test('sends a packet above the Maximum Packet Size that it was told', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.person('ana'), await server.person('ben')]
    expect(ana.connack.properties?.maximumPacketSize).toBe(256 * 1024)
    ana.send('daak/to/ben', new Uint8Array(256 * 1024))
    expect(await ana.answer()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.PacketTooLarge })
    await ana.closed
    expect((await ben.say('daak/to/ana', 'still here')).reasonCode).toBe(0)
  })
})

describe('a disk without room', () => {
  const onFullDisk = async () => {
    const storage = await inMemory()
    let full = false
    const write: KeyValue['write'] = (work, flushed) =>
      full ? Promise.reject(new StorageError('full', 'No room')) : storage.keyValue.write(work, flushed)
    const server = await TestServer.open({
      storage: { ...storage, keyValue: withWrite(storage.keyValue, write) },
    })
    return {
      server,
      fill: (state: boolean) => {
        full = state
      },
    }
  }

  test('refuses messages with 0x97, and takes them again when there is room', async () => {
    const { server, fill } = await onFullDisk()
    const ana = await server.client('ana')
    fill(true)
    const puback = await ana.say('daak/to/ben', 'hi')
    expect(puback.reasonCode).toBe(ReasonCode.QuotaExceeded)
    expect(puback.properties?.reasonString).toMatch(/try again later/)
    fill(false)
    expect((await ana.say('daak/to/ben', 'hi')).reasonCode).toBe(0)
  })

  test('closes the connection of a client of MQTT 3.1.1, which then tries again', async () => {
    const { server, fill } = await onFullDisk()
    const ana = await server.client('ana', { version: 4 })
    fill(true)
    ana.send('daak/to/ben', 'hi')
    await ana.closed
  })

  test('loses no QoS 2 message of such a client: what it sends again is taken', async () => {
    const { server, fill } = await onFullDisk()
    const [ben, ana] = [await server.person('ben'), await server.client('ana', { version: 4, cleanStart: false })]
    fill(true)
    ana.send('daak/to/ben', 'hi', { qos: 2, packetId: 7 })
    await ana.closed
    fill(false)
    const back = await server.client('ana', { version: 4, cleanStart: false })
    expect(back.connack.sessionPresent).toBe(true)
    back.send('daak/to/ben', 'hi', { qos: 2, packetId: 7, dup: true })
    expect(await back.answer()).toMatchObject({ type: 'pubrec', packetId: 7 })
    expect(await ben.hearsTexts(1)).toEqual(['hi'])
  })

  test('keeps the sessions that come and go meanwhile', async () => {
    const { server, fill } = await onFullDisk()
    const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
    const ana = await server.client('ana', persistent)
    await ana.subscribe('news')
    fill(true)
    await ana.disconnect()
    expect((await server.client('ana', persistent)).connack.reasonCode).toBe(ReasonCode.QuotaExceeded)
    fill(false)
    const back = await server.client('ana', persistent)
    expect(back.connack.sessionPresent).toBe(true)
    await (await server.client('ben')).say('news', 'there is room')
    expect(await back.hearsTexts(1)).toEqual(['there is room'])
  })

  test('leaves a new session nothing of the one that could not be removed', async () => {
    const { server, fill } = await onFullDisk()
    const properties = { sessionExpiryInterval: 3_600 }
    const ana = await server.client('ana', { cleanStart: false, properties })
    await ana.subscribe('news')
    await ana.disconnect()
    const ben = await server.client('ben')
    await ben.say('news', 'old')
    fill(true)
    expect((await server.client('ana', { cleanStart: true, properties })).connack.reasonCode).toBe(
      ReasonCode.QuotaExceeded,
    )
    fill(false)
    const back = await server.client('ana', { cleanStart: false, properties })
    expect(back.connack.sessionPresent).toBe(false)
    await back.subscribe('news')
    await ben.say('news', 'new')
    expect(await back.hearsTexts(1)).toEqual(['new'])
  })
})

test('calls above the limit of a connection are refused with 0x97 until answers have come', async () => {
  const storage = new HeldStorage()
  const server = await TestServer.open({ storage, limits: { callsPerConnection: 2 } })
  const ana = await server.person('ana')
  storage.hold()
  const calls = ['one', 'two'].map((id) => ana.call('conversations/create', { id, members: ['ben'] }))
  const mqtt = { responseTopic: ana.replies }
  expect((await ana.say('daak/rpc/conversations/get', '{}', { mqtt })).reasonCode).toBe(ReasonCode.QuotaExceeded)
  storage.release()
  await Promise.all(calls)
  expect((await ana.say('daak/rpc/conversations/get', '{}', { mqtt })).reasonCode).toBe(0)
})
