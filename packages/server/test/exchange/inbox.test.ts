import { describe, expect, test } from 'vitest'
import { propertyOf } from '../support/client.js'
import { textOf } from '../support/peer.js'
import { TestServer } from '../support/server.js'

const inbox = 'daak/conversations/+/messages'

describe('a subscription to the inbox', () => {
  test('with + hears all conversations, and what the client itself says', async () => {
    const server = await TestServer.open()
    const ana = await server.person('ana')
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    await ben.say('daak/to/ana', 'from ben')
    await cem.say('daak/to/ana', 'from cem')
    await ana.say('daak/to/ben', 'from ana')
    expect(await ana.hearsTexts(3)).toEqual(['from ben', 'from cem', 'from ana'])
  })

  test('with a name hears that conversation only', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe('daak/conversations/ana~cem/messages')
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    await ben.say('daak/to/ana', 'from ben')
    await cem.say('daak/to/ana', 'from cem')
    expect(await ana.hearsTexts(1)).toEqual(['from cem'])
  })

  test('to daak/from hears what the other says, under the other’s name, and not oneself', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe('daak/from/ben')
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    await ana.say('daak/to/ben', 'from ana')
    await cem.say('daak/to/ana', 'from cem')
    await ben.say('daak/to/ana', 'from ben')
    const heard = await ana.hears()
    expect([heard.topic, textOf(heard)]).toEqual(['daak/from/ben', 'from ben'])
  })

  test('to daak/from hears nothing of conversations of three', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe('daak/from/+')
    const ben = await server.person('ben')
    await ben.call('conversations/create', { id: 'team', members: ['ana', 'cem'] })
    await ben.say('daak/conversations/team/messages', 'to the team')
    await ben.say('daak/to/ana', 'to ana')
    expect(await ana.hearsTexts(1)).toEqual(['to ana'])
  })

  test('that overlaps another gives one delivery with the identifiers of both', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe(inbox, { identifier: 1, qos: 0 })
    await ana.subscribe('daak/from/ben', { identifier: 2, qos: 1 })
    const ben = await server.client('ben')
    await ben.say('daak/to/ana', 'once')
    await ben.say('daak/to/ana', 'last')
    const heard = await ana.hears()
    expect([heard.topic, heard.qos]).toEqual(['daak/conversations/ana~ben/messages', 1])
    expect(heard.properties?.subscriptionIdentifiers).toEqual([1, 2])
    expect(await ana.hearsTexts(1)).toEqual(['last'])
  })

  test('with No Local leaves out what the client itself says', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    await ana.subscribe(inbox, { noLocal: true })
    const ben = await server.client('ben')
    await ana.say('daak/to/ben', 'mine')
    await ben.say('daak/to/ana', 'yours')
    expect(await ana.hearsTexts(1)).toEqual(['yours'])
  })

  test('that was ended hears no more', async () => {
    const server = await TestServer.open()
    const ana = await server.client('ana')
    const ben = await server.client('ben')
    await ana.subscribe(inbox)
    expect(await ana.unsubscribe(inbox)).toMatchObject({ type: 'unsuback', reasonCodes: [0] })
    expect(await ana.unsubscribe(inbox)).toMatchObject({ type: 'unsuback', reasonCodes: [0x11] })
    await ben.say('daak/to/ana', 'unheard')
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })

  test('gives each connection of a client its own copy', async () => {
    const server = await TestServer.open()
    const phone = await server.person('ana', { connection: 'phone' })
    const laptop = await server.person('ana', { connection: 'laptop' })
    const ben = await server.client('ben')
    await ben.say('daak/to/ana', 'hi')
    expect([await phone.hearsTexts(1), await laptop.hearsTexts(1)]).toEqual([['hi'], ['hi']])
  })
})

describe('where a subscription begins', () => {
  test('is the head of the inbox, and the SUBACK says so', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    await ben.say('daak/to/ana', 'before')
    const suback = await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'after')
    const heard = await ana.hears()
    expect(textOf(heard)).toBe('after')
    expect(propertyOf(suback, 'pos')).toMatch(/^\d+:1$/)
    expect(propertyOf(heard, 'pos')).toBe(propertyOf(suback, 'pos')?.replace(/:1$/, ':2'))
  })

  test('is after the position that `since` gives, without gap or repetition while others speak', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    const suback = await ana.subscribe(inbox)
    const texts = Array.from({ length: 400 }, (_, i) => `message ${i}`)
    for (const text of texts.slice(0, 200)) ben.send('daak/to/ana', text)
    await ana.hearsTexts(100)
    const again = await server.client('ana', { connection: 'second' })
    const subscribing = again.subscribe(inbox, { properties: { since: propertyOf(suback, 'pos') as string } })
    for (const text of texts.slice(200)) ben.send('daak/to/ana', text)
    await subscribing
    expect(await again.hearsTexts(texts.length)).toEqual(texts)
    await server.rest()
    expect(again.takeUnheard()).toEqual([])
  })

  test('of another epoch is the oldest entry, and the first delivery says resync', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    await ben.say('daak/to/ana', 'one')
    await ben.say('daak/to/ana', 'two')
    await ana.subscribe(inbox, { properties: { since: '1:1' } })
    const heard = [await ana.hears(), await ana.hears()]
    expect(heard.map((message) => [textOf(message), propertyOf(message, 'resync')])).toEqual([
      ['one', 'true'],
      ['two', undefined],
    ])
  })

  test('of a second subscription takes nothing from the first, and repeats nothing to it', async () => {
    const server = await TestServer.open()
    const [ana, ben, cem] = [await server.client('ana'), await server.client('ben'), await server.client('cem')]
    const start = propertyOf(await ana.subscribe('daak/from/ben', { identifier: 1 }), 'pos') as string
    await ben.say('daak/to/ana', 'from ben')
    await cem.say('daak/to/ana', 'from cem')
    expect(await ana.hearsTexts(1)).toEqual(['from ben'])
    await ana.subscribe('daak/from/+', { identifier: 2, properties: { since: start } })
    const heard = [await ana.hears(), await ana.hears()]
    expect(heard.map((message) => [textOf(message), message.properties?.subscriptionIdentifiers])).toEqual([
      ['from ben', [2]],
      ['from cem', [2]],
    ])
  })

  test('of one that is made again with the same filter is where the first one was', async () => {
    const server = await TestServer.open()
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    await ana.subscribe(inbox, { qos: 0 })
    await ben.say('daak/to/ana', 'one')
    await ana.subscribe(inbox, { qos: 1 })
    await ben.say('daak/to/ana', 'two')
    expect(await ana.hearsTexts(2)).toEqual(['one', 'two'])
  })
})

describe('the cursor of a persistent session', () => {
  const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }

  test('goes on where the client stopped acknowledging, also after a restart of the server', async () => {
    let server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', { ...persistent, silent: true })
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'one')
    await ben.say('daak/to/ana', 'two')
    ana.acknowledge(await ana.hears())
    await ana.hears()
    await server.rest()
    await ana.vanish()
    await ben.say('daak/to/ana', 'three')
    server = await server.restart()
    const back = await server.client('ana', persistent)
    expect(back.connack.sessionPresent).toBe(true)
    expect(await back.hearsTexts(2)).toEqual(['two', 'three'])
  })

  test('does not pass a delivery that is not acknowledged, though later ones are', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', { ...persistent, silent: true })
    await ana.subscribe(inbox)
    for (const text of ['one', 'two', 'three']) await ben.say('daak/to/ana', text)
    const [, two, three] = [await ana.hears(), await ana.hears(), await ana.hears()]
    ana.acknowledge(two)
    ana.acknowledge(three)
    await server.rest()
    await ana.vanish()
    await ben.say('daak/to/ana', 'four')
    const back = await server.client('ana', persistent)
    expect(await back.hearsTexts(2)).toEqual(['one', 'four'])
  })

  test('is gone with its last subscription', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', persistent)
    await ana.subscribe(inbox)
    await ana.unsubscribe(inbox)
    await ben.say('daak/to/ana', 'meanwhile')
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'now')
    expect(await ana.hearsTexts(1)).toEqual(['now'])
  })

  test('is gone with its last subscription, though what was sent before is acknowledged later', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', { ...persistent, silent: true })
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'before')
    const before = await ana.hears()
    await ana.unsubscribe(inbox)
    ana.acknowledge(before)
    await server.rest()
    await ben.say('daak/to/ana', 'meanwhile')
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'now')
    expect(await ana.hearsTexts(1)).toEqual(['now'])
  })

  test('begins at the position that its first subscription asks for', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const watcher = await server.client('ana', { connection: 'watcher' })
    const start = propertyOf(await watcher.subscribe(inbox), 'pos') as string
    await ben.say('daak/to/ana', 'missed')
    const ana = await server.client('ana', { ...persistent, connection: 'phone' })
    await ana.subscribe(inbox, { properties: { since: start } })
    expect(await ana.hearsTexts(1)).toEqual(['missed'])
  })

  test('goes past a message that is larger than the client takes', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const small = { cleanStart: false, properties: { sessionExpiryInterval: 3_600, maximumPacketSize: 1_000 } }
    const ana = await server.client('ana', small)
    await ana.subscribe(inbox)
    await ben.say('daak/to/ana', 'x'.repeat(2_000))
    await ben.say('daak/to/ana', 'small')
    expect(await ana.hearsTexts(1)).toEqual(['small'])
    await server.rest()
    await ana.vanish()
    await ben.say('daak/to/ana', 'later')
    const back = await server.client('ana', small)
    expect(await back.hearsTexts(1)).toEqual(['later'])
  })

  test('is told resync with the first message that it takes, also where it comes back before that', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const small = { cleanStart: false, properties: { sessionExpiryInterval: 3_600, maximumPacketSize: 1_000 } }
    await ben.say('daak/to/ana', 'x'.repeat(2_000))
    const ana = await server.client('ana', small)
    await ana.subscribe(inbox, { properties: { since: '1:1' } })
    await server.rest()
    await ana.vanish()
    const back = await server.client('ana', small)
    await ben.say('daak/to/ana', 'x'.repeat(2_000))
    for (const text of ['one', 'two']) await ben.say('daak/to/ana', text)
    const heard = [await back.hears(), await back.hears()]
    expect(heard.map((message) => [textOf(message), propertyOf(message, 'resync')])).toEqual([
      ['one', 'true'],
      ['two', undefined],
    ])
  })

  test('passes over what has expired, which stays in the journal and keeps its number', async () => {
    const server = await TestServer.open()
    const ben = await server.person('ben')
    const ana = await server.client('ana', persistent)
    await ana.subscribe(inbox)
    await ana.vanish()
    await ben.say('daak/to/ana', 'short', { mqtt: { messageExpiryInterval: 5 } })
    await ben.say('daak/to/ana', 'long')
    server.clock.advance(6_000)
    const heard = await (await server.client('ana', persistent)).hears()
    expect([textOf(heard), propertyOf(heard, 'seq')]).toEqual(['long', '2'])
    expect(await ben.call('history/read', { conversation: 'ana~ben' })).toMatchObject({
      result: { messages: [{ payload: 'short' }, { payload: 'long' }] },
    })
  })

  test('serves all subscriptions with one delivery each, when the session is back', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', persistent)
    const filters = [inbox, 'daak/from/+', 'daak/from/ben', 'daak/conversations/ana~ben/messages']
    for (const [i, filter] of filters.entries()) await ana.subscribe(filter, { identifier: i + 1 })
    await ana.vanish()
    await ben.say('daak/to/ana', 'one')
    await ben.say('daak/to/ana', 'two')
    const back = await server.client('ana', persistent)
    const heard = [await back.hears(), await back.hears()]
    expect(heard.map((message) => [textOf(message), message.properties?.subscriptionIdentifiers])).toEqual([
      ['one', [1, 2, 3, 4]],
      ['two', [1, 2, 3, 4]],
    ])
    await server.rest()
    expect(back.takeUnheard()).toEqual([])
  })
})

describe('a client that takes its time', () => {
  test('is sent as much as its Receive Maximum allows, and the rest as it acknowledges', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const ana = await server.client('ana', { silent: true, properties: { receiveMaximum: 2 } })
    await ana.subscribe(inbox)
    for (const text of ['one', 'two', 'three', 'four']) await ben.say('daak/to/ana', text)
    const [one, two] = [await ana.hears(), await ana.hears()]
    expect(ana.takeUnheard()).toEqual([])
    ana.acknowledge(one)
    ana.acknowledge(two)
    expect(await ana.hearsTexts(2)).toEqual(['three', 'four'])
  })

  test('with acknowledgements is sent what needs none meanwhile', async () => {
    const server = await TestServer.open()
    const [ben, cem] = [await server.client('ben'), await server.client('cem')]
    const ana = await server.client('ana', { silent: true, properties: { receiveMaximum: 1 } })
    await ana.subscribe('daak/from/ben', { qos: 1 })
    await ana.subscribe('daak/from/cem', { qos: 0 })
    await ben.say('daak/to/ana', 'to be acknowledged')
    await ana.hears()
    ana.pause()
    const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(8_192)}`)
    for (const text of texts) await cem.say('daak/to/ana', text)
    ana.resume()
    expect(await ana.hearsTexts(texts.length)).toEqual(texts)
  })

  test('and stops reading misses nothing at QoS 0, and keeps nobody waiting', async () => {
    const server = await TestServer.open()
    const ben = await server.client('ben')
    const [slow, quick] = [await server.client('ana'), await server.client('ana', { connection: 'quick' })]
    await slow.subscribe(inbox, { qos: 0 })
    await quick.subscribe(inbox, { qos: 0 })
    slow.pause()
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(8_192)}`)
    for (const text of texts) ben.send('daak/to/ana', text)
    expect(await quick.hearsTexts(texts.length)).toEqual(texts)
    slow.resume()
    expect(await slow.hearsTexts(texts.length)).toEqual(texts)
  })
})
