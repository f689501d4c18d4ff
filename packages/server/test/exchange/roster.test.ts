import { RosterInfo, type RosterPage, type RpcAnswer } from '@daakia/protocol'
import { type PublishPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, test } from 'vitest'
import type { Client } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'
import { inMemory, onDisk } from '../support/storage.js'

const allOfMine = 'daak/roster/+'
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }

const entryIn = (packet: PublishPacket) => RosterInfo.parse(JSON.parse(textOf(packet)))
const pageIn = (answer: RpcAnswer) => (answer as { result: RosterPage }).result

/** What a client was told of its roster by now: the newest of each conversation; `null` where that was taken away. */
const told = async (server: TestServer, client: Client) => {
  await server.rest()
  const packets = client.takeUnheard().filter(({ topic }) => topic.startsWith('daak/roster/'))
  return new Map(
    packets.map((packet) => [packet.topic.split('/')[2], packet.payload.length > 0 ? entryIn(packet) : null]),
  )
}

const open = async (storage = inMemory()) => {
  const server = await TestServer.open({ storage: await storage })
  const ana = await server.client('ana')
  const ben = await server.client('ben')
  for (const each of [ana, ben]) await each.subscribe(each.replies)
  return { server, ana, ben }
}

describe('the roster', () => {
  test('is told to who subscribes, retained, one entry for each conversation', async () => {
    const { server, ana, ben } = await open()
    await ana.say('daak/to/ben', 'one')
    await ben.say('daak/to/ana', 'two')
    await ben.say('daak/to/cem', 'not for ana')
    await ana.call('conversations/create', { id: 'team', members: ['ben', 'cem'] })
    await ana.subscribe(allOfMine, { identifier: 3 })
    await server.rest()
    const heard = ana.takeUnheard()
    expect(heard.map(({ retain, properties }) => [retain, properties?.subscriptionIdentifiers])).toEqual([
      [true, [3]],
      [true, [3]],
    ])
    const at = server.clock.now()
    expect(heard.map(entryIn)).toEqual([
      {
        ...{ conversation: 'ana~ben', members: ['ana', 'ben'], memberCount: 2 },
        ...{ head: 2, delivered: 1, read: 1, unread: 1, at },
      },
      {
        ...{ conversation: 'team', members: ['ana', 'ben', 'cem'], memberCount: 3 },
        ...{ head: 0, delivered: 0, read: 0, unread: 0, at },
      },
    ])
  })

  test('is told when something is said, read or muted, on all devices', async () => {
    const { server, ana, ben } = await open()
    const tablet = await server.client('ben', { connection: 'tablet' })
    for (const each of [ben, tablet]) await each.subscribe('daak/roster/ana~ben')
    const both = async () => {
      const [one, other] = [await told(server, ben), await told(server, tablet)]
      expect(one).toEqual(other)
      return one.get('ana~ben')
    }
    await ana.say('daak/to/ben', 'one')
    await ana.say('daak/to/ben', 'two')
    expect(await both()).toMatchObject({ head: 2, read: 0, unread: 2 })
    await tablet.say('daak/conversations/ana~ben/receipts', '{"delivered":2,"read":1}')
    expect(await both()).toMatchObject({ head: 2, delivered: 2, read: 1, unread: 1 })
    await ben.call('roster/mute', { conversation: 'ana~ben', until: 'forever' })
    expect(await both()).toMatchObject({ unread: 1, mutedUntil: 'forever' })
    await ben.say('daak/to/ana', 'three')
    expect(await both()).toMatchObject({ head: 3, delivered: 3, read: 3, unread: 0 })
  })

  test('has a conversation from the moment on in which the client is in it, and until it is not', async () => {
    const { server, ana, ben } = await open()
    await ben.subscribe(allOfMine)
    await ana.call('conversations/create', { id: 'team', members: ['cem'] })
    expect(await told(server, ben)).toEqual(new Map())
    await ana.say('daak/conversations/team/messages', 'before')
    await ana.call('conversations/invite', { id: 'team', clients: ['ben'] })
    expect((await told(server, ben)).get('team')).toMatchObject({ memberCount: 3, read: 2, unread: 0 })
    await ana.say('daak/conversations/team/messages', 'after')
    expect((await told(server, ben)).get('team')).toMatchObject({ unread: 1 })
    await ana.call('conversations/leave', { id: 'team', client: 'ben' })
    await ana.say('daak/conversations/team/messages', 'without ben')
    expect(await told(server, ben)).toEqual(new Map([['team', null]]))
    expect(pageIn(await ben.call('roster/read', {})).entries).toEqual([])
  })

  test('is told as the newest to who was slow', async () => {
    const { server, ana } = await open()
    const fields = { connection: 'slow', silent: true, properties: { receiveMaximum: 1 } }
    const slow = await server.client('ben', fields)
    await ana.say('daak/to/ben', 'one')
    await slow.subscribe(allOfMine)
    const first = await slow.hears()
    for (const text of ['two', 'three', 'four']) await ana.say('daak/to/ben', text)
    slow.acknowledge(first)
    const second = await slow.hears()
    slow.acknowledge(second)
    expect([first, second].map(entryIn).map(({ unread }) => unread)).toEqual([1, 4])
  })

  test.each([
    ['in memory', inMemory],
    ['on disk', onDisk],
  ])('of a persistent session that was away is told anew, %s and after a restart', async (_, storage) => {
    const { server, ana } = await open(storage())
    const phone = await server.client('ben', { ...persistent, connection: 'phone' })
    await phone.subscribe(allOfMine, { retainHandling: 2 })
    await phone.vanish()
    for (const text of ['one', 'two']) await ana.say('daak/to/ben', text)
    const again = await server.restart()
    const back = await again.client('ben', { ...persistent, connection: 'phone' })
    expect((await told(again, back)).get('ana~ben')).toMatchObject({ head: 2, unread: 2 })
  })

  test('names at most 100 members, and says how many there are', async () => {
    const { server, ana } = await open()
    const members = Array.from({ length: 150 }, (_, i) => `m${i}`)
    await ana.call('conversations/create', { id: 'team', members })
    await ana.subscribe(allOfMine)
    const entry = (await told(server, ana)).get('team')
    expect([entry?.members.length, entry?.memberCount]).toEqual([100, 151])
  })

  test('is told over MQTT 3.1.1', async () => {
    const { server, ana } = await open()
    const ben = await server.client('ben', { version: 4, connection: 'old' })
    await ana.say('daak/to/ben', 'one')
    await ben.subscribe(allOfMine)
    expect((await told(server, ben)).get('ana~ben')).toMatchObject({ unread: 1 })
  })

  test('is nobody else’s, and the server’s to tell', async () => {
    const { ana, server } = await open()
    const eve = await server.client('eve')
    await ana.say('daak/to/ben', 'one')
    expect((await eve.subscribe('daak/roster/ana~ben')).reasonCodes).toEqual([ReasonCode.NotAuthorized])
    expect((await ana.say('daak/roster/ana~ben', '{}')).reasonCode).toBe(ReasonCode.TopicNameInvalid)
  })
})

describe('roster/read', () => {
  /** Ana's conversations with so many others, who have spoken one after the other. */
  const visited = async (count: number) => {
    const { server, ana } = await open()
    for (let i = 0; i < count; i++) {
      server.clock.advance(1_000)
      const visitor = await server.client(`v${i}`)
      for (let said = 0; said <= i % 3; said++) await visitor.say('daak/to/ana', 'hi')
    }
    return { server, ana }
  }

  test('answers those first in which something happened last, with totals of all', async () => {
    const { ana } = await visited(6)
    const page = pageIn(await ana.call('roster/read', { limit: 2 }))
    expect(page.entries.map(({ conversation, unread }) => [conversation, unread])).toEqual([
      ['ana~v5', 3],
      ['ana~v4', 2],
    ])
    expect(page.totals).toEqual({ conversations: 6, unreadConversations: 6, unread: 12 })
  })

  test('answers page by page, until there is no next one', async () => {
    const { ana } = await visited(5)
    const seen: string[] = []
    for (let after: string | undefined, first = true; first || after; first = false) {
      const page = pageIn(await ana.call('roster/read', { limit: 2, ...(after !== undefined && { after }) }))
      seen.push(...page.entries.map(({ conversation }) => conversation))
      after = page.next
    }
    expect(seen).toEqual(['ana~v4', 'ana~v3', 'ana~v2', 'ana~v1', 'ana~v0'])
  })

  test('leaves what is muted out of the totals, until it is so no more', async () => {
    const { server, ana } = await visited(3)
    const mute = (until: unknown) => ana.call('roster/mute', { conversation: 'ana~v2', until })
    const totals = async () => pageIn(await ana.call('roster/read', {})).totals
    await mute(server.clock.now() + 60_000)
    expect(await totals()).toEqual({ conversations: 3, unreadConversations: 2, unread: 3 })
    server.clock.advance(60_001)
    expect(await totals()).toMatchObject({ unread: 6 })
    await mute('forever')
    expect(await totals()).toMatchObject({ unread: 3 })
    await mute(null)
    expect(await totals()).toMatchObject({ unread: 6 })
  })

  test('and roster/mute tell what is wrong', async () => {
    const { ana } = await visited(1)
    expect(await ana.call('roster/read', { after: 'there' })).toMatchObject({ error: { code: -32602 } })
    expect(await ana.call('roster/read', { limit: 0 })).toMatchObject({ error: { code: -32602 } })
    expect(await ana.call('roster/mute', { conversation: 'ana~v0' })).toMatchObject({ error: { code: -32602 } })
    const stranger = await ana.call('roster/mute', { conversation: 'v0~v1', until: null })
    expect(stranger).toMatchObject({ error: { code: -32001 } })
  })
})
