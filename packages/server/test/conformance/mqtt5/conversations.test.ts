import { describe, expect, it } from 'vitest'
import { propertyOf } from '../../support/client.js'
import { HeldStorage } from '../../support/held-storage.js'
import { textOf } from '../../support/peer.js'
import { TestServer } from '../../support/server.js'
import { inMemory } from '../../support/storage.js'

/** What the specification asks of any delivery holds for those of conversations as well. */
const inbox = 'daak/conversations/+/messages'
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }
const silent = { ...persistent, silent: true }

describe('a delivery of a conversation to a session that is kept', () => {
  it('[MQTT-4.4.0-1] [MQTT-3.3.1-1] comes again with DUP and its packet identifier, what is new without', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', silent)
    await ana.subscribe(inbox)
    for (const text of ['one', 'two']) await ben.say('daak/to/ana', text)
    const sent = [await ana.hears(), await ana.hears()]
    await ana.vanish()
    await ben.say('daak/to/ana', 'three')
    const back = await server.client('ana', persistent)
    const heard = [await back.hears(), await back.hears(), await back.hears()]
    expect(heard.map(textOf)).toEqual(['one', 'two', 'three'])
    expect(heard.map(({ dup }) => dup)).toEqual([true, true, false])
    expect(heard.slice(0, 2).map(({ packetId }) => packetId)).toEqual(sent.map(({ packetId }) => packetId))
  })

  it('[MQTT-4.4.0-1] does so after a restart, and leaves out what was acknowledged out of order', async () => {
    let server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', silent)
    await ana.subscribe(inbox)
    for (const text of ['one', 'two', 'three']) await ben.say('daak/to/ana', text)
    const [one, two] = [await ana.hears(), await ana.hears(), await ana.hears()]
    ana.acknowledge(two)
    await server.rest()
    await ana.vanish()
    await ben.say('daak/to/ana', 'four')
    server = await server.restart()
    const back = await server.client('ana', persistent)
    const heard = [await back.hears(), await back.hears(), await back.hears()]
    expect(heard.map(textOf)).toEqual(['one', 'three', 'four'])
    expect(heard.map(({ dup }) => dup)).toEqual([true, true, false])
    expect(heard[0]?.packetId).toBe(one.packetId)
  })

  it('comes with DUP and its packet identifier where the server died, and nobody knows what was sent', async () => {
    const storage = await inMemory()
    const dying = await TestServer.open({ storage })
    const ben = await dying.client('ben')
    const ana = await dying.client('ana', silent)
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'one')
    const sent = await ana.hears()
    const server = await TestServer.open({ storage })
    const back = await server.client('ana', persistent)
    const again = await back.hears()
    expect([textOf(again), again.dup, again.packetId]).toEqual(['one', true, sent.packetId])
    await (await server.client('ben')).say('daak/to/ana', 'two')
    expect(await back.hears()).toMatchObject({ dup: false })
  })

  it('is not sent once more where its subscription was ended meanwhile, and holds nothing up', async () => {
    const server = await TestServer.open()
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    const ana = await server.client('ana', silent)
    await ana.subscribe('daak/from/ben')
    await ana.subscribe('daak/from/cem')
    await ben.say('daak/to/ana', 'from ben')
    await cem.say('daak/to/ana', 'from cem')
    for (const each of [await ana.hears(), await ana.hears()]) expect(each.dup).toBe(false)
    await ana.unsubscribe('daak/from/ben')
    await ana.vanish()
    const back = await server.client('ana', persistent)
    expect(await back.hearsTexts(1)).toEqual(['from cem'])
    await back.vanish()
    const later = await server.client('ana', persistent)
    await cem.say('daak/to/ana', 'later')
    expect(await later.hearsTexts(1)).toEqual(['later'])
  })

  it('keeps its packet identifier through many messages, and never has that of another on its way', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', { ...silent, properties: { ...silent.properties, receiveMaximum: 5 } })
    await ana.subscribe(inbox)
    for (let i = 0; i < 20; i++) ben.send('daak/to/ana', String(i))
    const window = []
    for (let i = 0; i < 5; i++) window.push(await ana.hears())
    expect(new Set(window.map(({ packetId }) => packetId)).size).toBe(5)
    for (const each of window) ana.acknowledge(each)
    expect(await ana.hearsTexts(5)).toEqual(['5', '6', '7', '8', '9'])
  })

  it('of a second subscription begins where `since` asks for, though the session reads already', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', persistent)
    const start = propertyOf(await ana.subscribe('daak/from/cem'), 'pos') as string
    await ben.say('daak/to/ana', 'before')
    await server.rest()
    await ana.subscribe('daak/from/ben', { properties: { since: start } })
    await ben.say('daak/to/ana', 'after')
    expect(await ana.hearsTexts(2)).toEqual(['before', 'after'])
  })
})

describe('a message of QoS 2 to a conversation, whose sender gives it no id,', () => {
  const twice = { qos: 2, packetId: 7 } as const

  it('[MQTT-4.3.3-10] is taken once, though the server died before it knew that the message was stored', async () => {
    const storage = new HeldStorage()
    const dying = await TestServer.open({ storage })
    const ben = await dying.client('ben', persistent)
    await ben.say('daak/to/ana', 'before')
    const stored = storage.holdResult(2)
    ben.send('daak/to/ana', 'once', twice)
    await stored.reached
    const server = await TestServer.open({ storage })
    const back = await server.client('ben', persistent)
    back.send('daak/to/ana', 'once', { ...twice, dup: true })
    expect(await back.answer()).toMatchObject({ type: 'pubrec', packetId: 7, reasonCode: 0 })
    back.sendPacket({ type: 'pubrel', packetId: 7, reasonCode: 0 })
    expect(await back.answer()).toMatchObject({ type: 'pubcomp', packetId: 7, reasonCode: 0 })
    const ana = await server.client('ana')
    await ana.subscribe(inbox, { properties: { since: '1:0' } })
    expect(await ana.hearsTexts(2)).toEqual(['before', 'once'])
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
    stored.open()
  })

  it('[MQTT-4.3.3-12] is a new one under the same packet identifier after PUBCOMP, also by another server', async () => {
    let server = await TestServer.open()
    let ben = await server.client('ben', persistent)
    for (const text of ['yes', 'yes']) {
      ben.send('daak/to/ana', text, twice)
      expect(await ben.answer()).toMatchObject({ type: 'pubrec', reasonCode: 0 })
      ben.sendPacket({ type: 'pubrel', packetId: 7, reasonCode: 0 })
      await ben.answer()
      server = await server.restart()
      ben = await server.client('ben', persistent)
    }
    const ana = await server.client('ana')
    await ana.subscribe(inbox, { properties: { since: '1:0' } })
    expect(await ana.hearsTexts(2)).toEqual(['yes', 'yes'])
  })

  it('[MQTT-4.3.3-11] is released by a server that knows no more of it than its id', async () => {
    const storage = await inMemory()
    const dying = await TestServer.open({ storage })
    const ben = await dying.client('ben', persistent)
    ben.send('daak/to/ana', 'once', twice)
    expect(await ben.answer()).toMatchObject({ type: 'pubrec', reasonCode: 0 })
    const server = await TestServer.open({ storage })
    const back = await server.client('ben', persistent)
    back.sendPacket({ type: 'pubrel', packetId: 7, reasonCode: 0 })
    expect(await back.answer()).toMatchObject({ type: 'pubcomp', packetId: 7, reasonCode: 0 })
  })

  it('[MQTT-4.6.0-5] keeps its place among those with ids', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const ben = await server.client('ben', persistent)
    ben.send('daak/to/ana', 'one', { qos: 2, packetId: 1 })
    ben.send('daak/to/ana', 'two', { qos: 2, packetId: 2, properties: [['id', 'two']] })
    ben.send('daak/to/ana', 'three', { qos: 2, packetId: 3 })
    expect(await ana.hearsTexts(3)).toEqual(['one', 'two', 'three'])
  })
})

describe('the properties of a message of a conversation', () => {
  it('[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20] travel unaltered', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const ben = await server.client('ben')
    const mqtt = {
      payloadFormatIndicator: 1,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Uint8Array.of(1, 2),
    } as const
    const pairs = [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ] as const
    await ben.say('daak/to/ana', 'hi', { mqtt, properties: pairs })
    const heard = await ana.hears()
    expect(heard.properties).toMatchObject(mqtt)
    expect(heard.properties?.userProperties?.filter(([name]) => name === 'a' || name === 'b')).toEqual(pairs)
  })

  it('[MQTT-3.3.2-5] [MQTT-3.3.2-6] count the life of a message down, and one that is over is left out', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana', persistent)
    await ana.subscribe(inbox)
    await ana.vanish()
    const ben = await server.client('ben')
    await ben.say('daak/to/ana', 'short', { mqtt: { messageExpiryInterval: 10 } })
    await ben.say('daak/to/ana', 'long', { mqtt: { messageExpiryInterval: 100 } })
    server.clock.advance(30_000)
    const back = await server.client('ana', persistent)
    const heard = await back.hears()
    expect([textOf(heard), heard.properties?.messageExpiryInterval]).toEqual(['long', 70])
    expect(propertyOf(heard, 'seq')).toBe('2')
  })
})
