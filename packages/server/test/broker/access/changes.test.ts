import { ReasonCode, type Will } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { type Authenticate, type Authorize, type Rule, rules } from '../../../src/index.js'
import { acknowledge, bytes, expectMessages, kept, say } from '../../conformance/support.js'
import { HeldStorage } from '../../support/held-storage.js'
import { subscriptionRequest } from '../../support/peer.js'
import { openRuleHouse } from '../../support/rule-house.js'
import { TestServer } from '../../support/server.js'

const everything: Rule[] = [{ allow: 'all', topic: '#' }]
const without = (topic: string): Rule[] => [{ deny: 'subscribe', topic }, ...everything]

const named: Authenticate = ({ username = '' }) => ({ identity: { vendor: 'acme', client: username } })

/** The user properties of a CONNACK. */
const newsOf = ({ connack }: { connack: { properties?: { userProperties?: readonly (readonly string[])[] } } }) =>
  connack.properties?.userProperties

describe('a subscription that is not allowed any more', () => {
  it('ends with its connection, which is told the filter, before another message comes by it', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    await ana.subscribe('news/+')
    allow(without('news/secret'))
    ben.publish('news/secret', 'not for ana')
    const { reasonCode, properties } = await ana.expect('disconnect')
    expect(reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(properties?.reasonString).toBe('This client may not subscribe to news/+ any more.')
    expect(await ana.next()).toBeUndefined()
    expect((await (await house.connect('ana')).subscribe('news/+'))[0]).toBe(ReasonCode.NotAuthorized)
  })

  it('closes the connection of a client of MQTT 3.1.1 without a word', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana', { version: 4 })
    await ana.subscribe('news')
    allow(without('news'))
    expect(await ana.next()).toBeUndefined()
  })

  it('costs nobody else anything', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    await ana.subscribe('news')
    await ben.subscribe('weather')
    allow(without('news'))
    await ana.closed
    ben.publish('weather', 'rain')
    expect(await ben.messages()).toEqual(['rain'])
  })

  it('is out of a session that is kept', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana', kept)
    await ana.subscribe('news', { qos: 1 })
    await ana.subscribe('weather', { qos: 1 })
    allow(without('news'))
    await ana.closed
    allow(everything)
    const back = await house.connect('ana', kept)
    expect(back.connack.sessionPresent).toBe(true)
    back.publish('news', 'gone')
    back.publish('weather', 'rain')
    expect(await back.messages()).toEqual(['rain'])
  })

  it('ends while its client is away, which is told when it is back, and its messages are not delivered', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana', kept), await house.connect('ben')]
    await ana.subscribe('news', { qos: 1 })
    await ana.subscribe('weather', { qos: 1 })
    await ana.disconnect()
    for (const topic of ['news', 'weather', 'news', 'weather']) await say(ben, topic, `${topic} before`)
    allow(without('news'))
    expect((await say(ben, 'news', 'news after')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    await say(ben, 'weather', 'weather after')

    const back = await house.connect('ana', kept)
    expect(newsOf(back)).toEqual([['unsubscribed', '1']])
    await expectMessages(back, 'weather before', 'weather before', 'weather after')
    expect(await back.messages()).toEqual([])
    expect(house.counters.withheld).toBe(2)
    await back.disconnect()
    expect(newsOf(await house.connect('ana', kept))).toBeUndefined()
  })

  it('is not found again by a server that starts with other rules', async () => {
    const first = await openRuleHouse(everything)
    const [ana, ben] = [await first.house.connect('ana', kept), await first.house.connect('ben')]
    await ana.subscribe('news', { qos: 1 })
    await ana.disconnect()
    await say(ben, 'news', 'before')
    const { house } = await first.restart(without('news'))
    const sender = await house.connect('ben')
    expect((await say(sender, 'news', 'after')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    const back = await house.connect('ana', kept)
    expect(newsOf(back)).toEqual([['unsubscribed', '1']])
    expect(await back.messages()).toEqual([])
  })

  it('does not come back with a server that starts with the rules of before', async () => {
    const first = await openRuleHouse(everything)
    const ana = await first.house.connect('ana', kept)
    await ana.subscribe('news', { qos: 1 })
    await ana.disconnect()
    await first.house.connect('ben')
    first.allow(without('news'))
    const { house } = await first.restart(everything)
    const ben = await house.connect('ben')
    expect((await say(ben, 'news', 'after')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    expect(newsOf(await house.connect('ana', kept))).toEqual([['unsubscribed', '1']])
  })

  it('leaves a shared subscription, whose messages go to those who may have them', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben, cem] = [await house.connect('ana'), await house.connect('ben'), await house.connect('cem')]
    await ana.subscribe('$share/crew/jobs', { qos: 1 })
    await say(cem, 'jobs', 'taken by ana')
    await expectMessages(ana, 'taken by ana')
    await ben.subscribe('$share/crew/jobs', { qos: 1 })
    allow([{ deny: 'subscribe', topic: 'jobs', clients: ['ana'] }, ...everything])
    expect(await ana.expect('disconnect')).toMatchObject({
      properties: { reasonString: 'This client may not subscribe to $share/crew/jobs any more.' },
    })
    await expectMessages(ben, 'taken by ana')
    await say(cem, 'jobs', 'next')
    await expectMessages(ben, 'next')
  })
})

describe('a message that was kept for somebody whose right was taken meanwhile', () => {
  it('is not delivered, though its subscription had ended before', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana', { properties: { receiveMaximum: 1 } })
    const ben = await house.connect('ben')
    await ana.subscribe('news', { qos: 1 })
    await ana.subscribe('weather', { qos: 1 })
    for (const topic of ['weather', 'news', 'weather']) await say(ben, topic, topic)
    ana.send({ type: 'unsubscribe', packetId: 9, filters: ['news'] })
    const [first] = await expectMessages(ana, 'weather')
    await ana.expect('unsuback')
    allow(without('news'))
    if (first) acknowledge(ana, first)
    await expectMessages(ana, 'weather')
    expect(house.counters.withheld).toBe(1)
  })

  it('is not sent again, where an earlier connection has not acknowledged it', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana', kept), await house.connect('ben')]
    await ana.subscribe('+', { qos: 1 })
    for (const topic of ['news', 'weather']) await say(ben, topic, topic)
    await expectMessages(ana, 'news', 'weather')
    ana.send({ type: 'unsubscribe', packetId: 9, filters: ['+'] })
    await ana.expect('unsuback')
    await ana.vanish()
    allow(without('news'))
    const back = await house.connect('ana', kept)
    const [again] = await expectMessages(back, 'weather')
    expect(again?.dup).toBe(true)
    expect(await back.messages()).toEqual([])
  })

  it('of QoS 2 is ended where its delivery has begun, so that its packet identifier is free', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana', kept), await house.connect('ben')]
    await ana.subscribe('news', { qos: 2 })
    ben.publish('news', 'half', { qos: 2, packetId: 1 })
    const { packetId } = await ana.expect('publish')
    await ana.vanish()
    allow(without('news'))
    const back = await house.connect('ana', kept)
    expect(await back.expect('pubrel')).toMatchObject({ packetId })
    back.send({ type: 'pubcomp', packetId: packetId ?? 0, reasonCode: ReasonCode.PacketIdentifierNotFound })
    expect(await back.messages()).toEqual([])
  })

  it('is not delivered, though it is a retained one that was being stored for them', async () => {
    const storage = new HeldStorage()
    const { house, allow } = await openRuleHouse(everything, { storage })
    const [ana, ben] = [await house.connect('ana', kept), await house.connect('ben')]
    for (const topic of ['news/1', 'news/2']) await say(ben, topic, topic, { retain: true })
    // The first write is the session's, the second that of the first message.
    const stored = storage.holdResult(2)
    await ana.subscribe('news/+', { qos: 1 })
    await stored.reached
    allow(without('news/+'))
    stored.open()
    await ana.closed
    allow(everything)
    // The second was never stored for her; what was is hers again.
    expect(await (await house.connect('ana', kept)).messages()).toEqual(['news/1'])
  })

  it('is asked for by its topic, and only what was there before a change', async () => {
    const asked: string[] = []
    const { house } = await openRuleHouse((_, { action, topic }) => {
      if (action === 'subscribe') asked.push(topic)
      return true
    })
    const [ana, ben] = [await house.connect('ana', kept), await house.connect('ben')]
    await ana.subscribe('news/+', { qos: 1 })
    await ana.heard()
    for (let i = 0; i < 3; i++) await say(ben, 'news/live', 'live')
    await expectMessages(ana, 'live', 'live', 'live')
    expect(asked).toEqual(['news/+'])
    await ana.disconnect()
    await say(ben, 'news/kept', 'kept')
    const back = await house.connect('ana', kept)
    // Those that it has not acknowledged, and then the one that was kept.
    await expectMessages(back, 'live', 'live', 'live', 'kept')
    expect(asked).toEqual(['news/+', 'news/live', 'news/live', 'news/live', 'news/kept'])
  })
})

describe('an access that fails', () => {
  const failing: Authorize = () => Promise.reject(new Error('no answer'))

  it('lets no publish through, which its client is to send again', async () => {
    const { house } = await openRuleHouse(failing)
    const ana = await house.connect('ana')
    const { reasonCode, properties } = await say(ana, 'news', 'x')
    expect(reasonCode).toBe(ReasonCode.UnspecifiedError)
    expect(properties?.reasonString).toMatch(/not known now; send it again later/)
    ana.publish('news', 'at QoS 0')
    ana.publish('news', 'at QoS 0')
    expect(await ana.heard()).toEqual([])
    const old = await house.connect('old', { version: 4 })
    old.publish('news', 'x', { qos: 1, packetId: 1 })
    expect(await old.next()).toBeUndefined()
  })

  it('is one that does not answer in time', async () => {
    const { house } = await openRuleHouse(() => new Promise(() => {}), { brokerLimits: { accessTimeoutMs: 300 } })
    const ana = await house.connect('ana')
    ana.publish('news', 'x', { qos: 1, packetId: 7 })
    expect(await ana.heard()).toEqual([])
    house.clock.advance(300)
    expect(await ana.expect('puback')).toMatchObject({ packetId: 7, reasonCode: ReasonCode.UnspecifiedError })
    ana.publish('news', 'y', { qos: 1, packetId: 8 })
    await ana.heard()
    const stopped = house.stop()
    house.clock.advance(300)
    await stopped
  })

  it('lets nobody subscribe, nor leave a will', async () => {
    const { house } = await openRuleHouse(failing)
    const ana = await house.connect('ana')
    ana.send({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('news')] })
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.UnspecifiedError })
    const connack = await house.peer().connect({ will: { topic: 'x', payload: bytes(1), qos: 0, retain: false } })
    expect(connack.reasonCode).toBe(ReasonCode.UnspecifiedError)
  })
})

describe('a will', () => {
  const will: Will = { topic: 'gone/ana', payload: bytes(1), qos: 1, retain: true }

  it('is not said, or kept, where its right was taken after it was set', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana', { will }), await house.connect('ben')]
    await ben.subscribe('gone/+')
    allow([{ deny: 'publish', topic: 'gone/#' }, ...everything])
    await ana.vanish()
    await house.connect('ana')
    expect(await ben.messages()).toEqual([])
    expect(house.counters.refused).toBe(1)
    allow(everything)
    expect(await ben.subscribe('gone/#')).toEqual([0])
    expect(await ben.messages()).toEqual([])
  })

  it('is said where its right came back before', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const [ana, ben] = [await house.connect('ana', { will }), await house.connect('ben')]
    await ben.subscribe('gone/+')
    allow([{ deny: 'publish', topic: 'gone/#' }, ...everything])
    allow(everything)
    await ana.vanish()
    expect((await ben.expect('publish')).topic).toBe('gone/ana')
  })

  it('that waits for its delay is asked for when the delay is over, and by the server that says it', async () => {
    const first = await openRuleHouse(everything)
    const later = { ...will, properties: { willDelayInterval: 60 } }
    await (await first.house.connect('ana', { ...kept, will: later })).vanish()
    await (await first.house.connect('cem', { ...kept, will: { ...later, topic: 'gone/cem' } })).vanish()
    await first.house.connect('ben')
    const { house } = await first.restart([{ deny: 'publish', topic: 'gone/ana' }, ...everything])
    const ben = await house.connect('ben')
    await ben.subscribe('gone/+')
    house.clock.advance(60_000)
    expect((await ben.expect('publish')).topic).toBe('gone/cem')
    expect(await ben.messages()).toEqual([])
  })
})

describe('a client that comes back without the role of its vendor', () => {
  it('finds no subscription that it had by that role', async () => {
    const byPassword: Authenticate = ({ username = '', password }) => ({
      identity: { vendor: 'acme', client: username, ...(password && { role: 'vendor' }) },
    })
    const list: Rule[] = [
      { allow: 'all', topic: 'audit/#', role: 'vendor' },
      { allow: 'all', topic: 'news' },
    ]
    const { house } = await openRuleHouse(list, { authentication: [byPassword] })
    const desk = await house.connect('desk', { ...kept, username: 'desk', password: bytes(1) })
    expect(await desk.subscribe('audit/#', { qos: 1 })).toEqual([1])
    expect(await desk.subscribe('news', { qos: 1 })).toEqual([1])
    await say(desk, 'audit/1', 'one')
    await expectMessages(desk, 'one')
    await desk.vanish()
    const back = await house.connect('desk', { ...kept, username: 'desk' })
    expect(newsOf(back)).toEqual([['unsubscribed', '1']])
    expect((await say(back, 'news', 'two')).reasonCode).toBe(ReasonCode.Success)
    expect(await back.messages()).toEqual(['two'])
  })
})

describe('an access that takes its time', () => {
  const held = () => {
    const answers: ((allowed: boolean) => void)[] = []
    const authorize: Authorize = () => new Promise((resolve) => answers.push(resolve))
    return { answers, authorize }
  }

  it('ends a subscription when it has answered', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana')
    await ana.subscribe('news')
    const { answers, authorize } = held()
    allow(authorize)
    answers[0]?.(false)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
  })

  it('is asked again where it changes before a SUBSCRIBE is answered', async () => {
    const { answers, authorize } = held()
    const { house, allow } = await openRuleHouse(authorize)
    const ana = await house.connect('ana')
    const granted = ana.subscribe('news')
    const other = await house.connect('ben')
    await other.heard()
    allow(without('news'))
    for (const answer of answers) answer(true)
    expect(await granted).toEqual([ReasonCode.NotAuthorized])
  })

  it('is overtaken by the next change', async () => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana')
    await ana.subscribe('news')
    const { answers, authorize } = held()
    allow(authorize)
    allow(everything)
    answers[0]?.(false)
    expect(await ana.heard()).toEqual([])
    ana.publish('news', 'still here')
    expect(await ana.messages()).toEqual(['still here'])
  })

  it.each<[string, Authorize]>([
    ['rejects', () => Promise.reject(new Error('no answer'))],
    [
      'throws',
      () => {
        throw new Error('no answer')
      },
    ],
  ])('allows nothing where it %s', async (_, authorize) => {
    const { house, allow } = await openRuleHouse(everything)
    const ana = await house.connect('ana')
    await ana.subscribe('news')
    allow(authorize)
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
  })
})

describe('a reload of the server', () => {
  it('with other rules applies to those who are connected', async () => {
    const server = await TestServer.open({ dev: false, authentication: [named], access: rules(everything) })
    const [ana, ben] = [await server.client('ana'), await server.client('ben')]
    await ana.subscribe('news')
    await ben.subscribe('weather')
    await server.server.reload({ access: rules(without('news')) })
    expect(await ana.answer()).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.NotAuthorized })
    expect((await ben.say('weather', 'rain')).reasonCode).toBe(ReasonCode.Success)
    await server.server.reload({ access: rules([{ deny: 'publish', topic: '#' }]) })
    expect(await ben.answer()).toMatchObject({ type: 'disconnect' })
    expect((await (await server.client('ben')).say('weather', 'rain')).reasonCode).toBe(ReasonCode.NotAuthorized)
  })
})
