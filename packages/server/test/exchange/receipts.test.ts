import { Receipt } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'
import { inMemory, onDisk } from '../support/storage.js'
import { byVendorConnection } from '../support/vendors.js'

const receiptsOf = (conversation: string) => `daak/conversations/${conversation}/receipts`
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }

const receiptIn = (packet: PublishPacket) => Receipt.parse(JSON.parse(textOf(packet)))
const receive = (client: Client, receipt: object, conversation = 'ana~ben') =>
  client.say(receiptsOf(conversation), JSON.stringify(receipt))

/** Ana and ben, in whose conversation ana has said five things. */
const talk = async (storage = inMemory()) => {
  const server = await TestServer.open({ storage: await storage })
  const [ana, ben] = [await server.client('ana'), await server.client('ben')]
  for (const text of ['one', 'two', 'three', 'four', 'five']) await ana.say('daak/to/ben', text)
  return { server, ana, ben }
}

describe('a receipt', () => {
  test('is told to the other members, and to the other devices of who gave it', async () => {
    const { server, ana, ben } = await talk()
    const tablet = await server.client('ben', { connection: 'tablet' })
    for (const each of [ana, tablet]) await each.subscribe(receiptsOf('+'), { retainHandling: 2 })
    expect((await receive(ben, { delivered: 4, read: 2 })).reasonCode).toBe(ReasonCode.Success)
    for (const each of [ana, tablet]) {
      const told = await each.hears()
      expect([told.topic, told.retain, told.properties?.contentType]).toEqual([
        receiptsOf('ana~ben'),
        false,
        'application/json',
      ])
      expect(receiptIn(told)).toEqual({ client: 'ben', delivered: 4, read: 2 })
    }
  })

  test('is kept: who subscribes is told how far everybody is, retained', async () => {
    const { server, ana, ben } = await talk()
    await receive(ben, { read: 3 })
    await ana.subscribe(receiptsOf('ana~ben'), { identifier: 4 })
    await server.rest()
    const told = ana.takeUnheard()
    expect(told.map(receiptIn)).toEqual([
      { client: 'ana', delivered: 5, read: 5 },
      { client: 'ben', delivered: 3, read: 3 },
    ])
    expect(told.map(({ retain, properties }) => [retain, properties?.subscriptionIdentifiers])).toEqual([
      [true, [4]],
      [true, [4]],
    ])
  })

  test.each([
    { retainHandling: 0, again: 2 },
    { retainHandling: 1, again: 0 },
    { retainHandling: 2, again: 0 },
  ] as const)('is told $again times again with Retain Handling $retainHandling', async ({ retainHandling, again }) => {
    const { server, ana } = await talk()
    await ana.subscribe(receiptsOf('ana~ben'))
    await server.rest()
    ana.takeUnheard()
    await ana.subscribe(receiptsOf('ana~ben'), { retainHandling })
    await server.rest()
    expect(ana.takeUnheard()).toHaveLength(again)
  })

  test('never goes back, whichever device gives it, and says nothing new a second time', async () => {
    const { server, ana, ben } = await talk()
    const tablet = await server.client('ben', { connection: 'tablet' })
    await ana.subscribe(receiptsOf('+'), { retainHandling: 2 })
    await receive(ben, { delivered: 5 })
    await receive(tablet, { read: 4 })
    await receive(ben, { delivered: 2, read: 1 })
    await receive(tablet, { read: 4 })
    await server.rest()
    expect(ana.takeUnheard().map(receiptIn)).toEqual([
      { client: 'ben', delivered: 5, read: 0 },
      { client: 'ben', delivered: 5, read: 4 },
    ])
  })

  test('is given by who says something, up to there', async () => {
    const { server, ana, ben } = await talk()
    await ben.say('daak/to/ana', 'six')
    await ana.subscribe(receiptsOf('+'))
    await server.rest()
    expect(ana.takeUnheard().map(receiptIn)).toContainEqual({ client: 'ben', delivered: 6, read: 6 })
  })

  test('is given and told over MQTT 3.1.1, at QoS 0 and 1', async () => {
    const { server } = await talk()
    const [ana, ben] = await Promise.all(
      ['ana', 'ben'].map((name) => server.client(name, { version: 4, connection: `${name}-old` })),
    )
    if (!ana || !ben) throw new Error('nobody there')
    await ana.subscribe(receiptsOf('ana~ben'))
    await server.rest()
    expect(ana.takeUnheard().map(({ retain }) => retain)).toEqual([true, true])
    ben.send(receiptsOf('ana~ben'), '{"delivered":2}', { qos: 0 })
    expect(textOf(await ana.hears())).toBe('{"client":"ben","delivered":2,"read":0}')
    await receive(ben, { read: 5 })
    expect(textOf(await ana.hears())).toBe('{"client":"ben","delivered":5,"read":5}')
  })

  test.each([
    ['in memory', inMemory],
    ['on disk', onDisk],
  ])('is still known after a restart, %s', async (_, storage) => {
    const { server, ben } = await talk(storage())
    await receive(ben, { delivered: 4, read: 2 })
    const again = await server.restart()
    const ana = await again.client('ana')
    await ana.subscribe(receiptsOf('+'))
    await again.rest()
    expect(ana.takeUnheard().map(receiptIn)).toContainEqual({ client: 'ben', delivered: 4, read: 2 })
  })

  test('that was given while a persistent session was away is told when it is back', async () => {
    const { server, ben } = await talk()
    const phone = await server.client('ana', { ...persistent, connection: 'phone' })
    await phone.subscribe(receiptsOf('+'), { retainHandling: 2 })
    await phone.vanish()
    await receive(ben, { read: 3 })
    const back = await server.client('ana', { ...persistent, connection: 'phone' })
    await server.rest()
    expect(back.takeUnheard().map(receiptIn)).toContainEqual({ client: 'ben', delivered: 3, read: 3 })
  })

  test('is told as the newest to who was slow, however often it changed meanwhile', async () => {
    const { server, ana, ben } = await talk()
    const slow = await server.client('ana', {
      connection: 'slow',
      silent: true,
      properties: { receiveMaximum: 1 },
    })
    await slow.subscribe(receiptsOf('+'), { retainHandling: 2 })
    await receive(ben, { delivered: 1 })
    const first = await slow.hears()
    for (const read of [1, 2, 3, 4, 5]) await receive(ben, { read })
    slow.acknowledge(first)
    const second = await slow.hears()
    slow.acknowledge(second)
    expect([first, second].map(receiptIn)).toEqual([
      { client: 'ben', delivered: 1, read: 0 },
      { client: 'ben', delivered: 5, read: 5 },
    ])
    await server.rest()
    expect([slow.takeUnheard(), ana.takeUnheard()]).toEqual([[], []])
  })

  test('is not told to who has left, and told to who comes', async () => {
    const { server, ana, ben } = await talk()
    const [, cem] = [await ana.subscribe(ana.replies), await server.client('cem')]
    await ana.call('conversations/create', { id: 'team', members: ['ben'] })
    for (const each of [ben, cem]) await each.subscribe(receiptsOf('+'), { retainHandling: 2 })
    await ana.say('daak/conversations/team/messages', 'hi')
    await ana.call('conversations/leave', { id: 'team', client: 'ben' })
    await ana.call('conversations/invite', { id: 'team', clients: ['cem'] })
    await receive(ana, { read: 3 }, 'team')
    await server.rest()
    expect(ben.takeUnheard()).toEqual([])
    expect(new Set(cem.takeUnheard().map((packet) => receiptIn(packet).client))).toEqual(new Set(['ana', 'cem']))
  })
})

describe('a receipt is refused, and its sender told why, when it', () => {
  test.each([
    ['is for messages that are not there', { read: 6 }, 0x99, /newest has the seq 5/],
    ['is for messages that can’t be delivered', { delivered: 6, read: 1 }, 0x99, /newest has the seq 5/],
    ['says nothing', {}, 0x99, /A receipt is JSON/],
    ['is below nothing', { read: -1 }, 0x99, /A receipt is JSON/],
    ['is no number', { read: 'all' }, 0x99, /A receipt is JSON/],
  ])('%s', async (_, receipt, code, help) => {
    const { server, ana, ben } = await talk()
    const refused = await receive(ben, receipt)
    expect([refused.reasonCode, refused.properties?.reasonString]).toEqual([code, expect.stringMatching(help)])
    await ana.subscribe(receiptsOf('+'))
    await server.rest()
    expect(ana.takeUnheard().map(receiptIn)).toContainEqual({ client: 'ben', delivered: 0, read: 0 })
  })

  test('is of nobody there, is to be retained, or has no conversation', async () => {
    const { server, ben } = await talk()
    const eve = await server.client('eve')
    expect((await receive(eve, { read: 1 })).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect((await eve.subscribe(receiptsOf('ana~ben'))).reasonCodes).toEqual([ReasonCode.NotAuthorized])
    const retained = await ben.say(receiptsOf('ana~ben'), '{"read":1}', { retain: true })
    expect(retained.reasonCode).toBe(ReasonCode.ImplementationSpecificError)
    expect((await receive(ben, { read: 1 }, 'b n')).reasonCode).toBe(ReasonCode.TopicNameInvalid)
  })

  test('is of a vendor identity, which is no member', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const ana = await server.client('ana', { connection: 'acme.1' })
    const office = await server.client('office', { connection: 'acme!.1' })
    await ana.say('daak/to/ben', 'hi')
    expect((await receive(office, { read: 1 })).reasonCode).toBe(ReasonCode.NotAuthorized)
  })
})
