import { ReasonCode, type SubscriptionRequest } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Sent } from '../../src/broker/exchange/port.js'
import type { Exchange, LiveSession, PublishOutcome } from '../../src/broker/index.js'
import { openHouse } from '../support/house.js'
import { subscriptionRequest, textOf } from '../support/peer.js'
import { inMemory } from '../support/storage.js'

/** Stands for the exchange, to show what the broker tells it and makes of its answers. */
class RecordedExchange implements Exchange {
  readonly calls: string[] = []
  readonly sessions: LiveSession[] = []
  readonly answers = new Map<string, (outcome: PublishOutcome) => void>()

  publish(session: LiveSession, packet: Parameters<Exchange['publish']>[1]): Promise<PublishOutcome> {
    this.calls.push(`publish ${session.name.client} ${packet.topic} ${textOf(packet)}`)
    return new Promise((resolve) => this.answers.set(textOf(packet), resolve))
  }

  async subscribe(session: LiveSession, { filter }: SubscriptionRequest): ReturnType<Exchange['subscribe']> {
    this.calls.push(`subscribe ${session.name.client} ${filter}`)
    this.sessions.push(session)
    return filter.endsWith('nothing')
      ? { reasonCode: ReasonCode.TopicFilterInvalid, reason: 'There is nothing.' }
      : { reasonCode: 1, begin: () => void session.send(delivery(`begin ${filter}`)) }
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    this.calls.push(`unsubscribe ${session.name.client} ${filter}`)
    return true
  }

  async resume(session: LiveSession, subscriptions: Parameters<Exchange['resume']>[1]): Promise<void> {
    this.sessions.push(session)
    this.calls.push(`resume ${session.name.client} ${subscriptions.map(({ filter }) => filter).join(' ')}`)
  }

  attach(): void {}

  detach(session: LiveSession): void {
    this.calls.push(`detach ${session.name.client}`)
  }
}

const delivery = (text: string, acknowledged?: () => void) => ({
  topic: 'daak/conversations/c/messages',
  payload: new TextEncoder().encode(text),
  qos: 1 as const,
  retain: false,
  userProperties: [['seq', '1']] as const,
  ...(acknowledged && { acknowledged }),
})

const setUp = async () => {
  const exchange = new RecordedExchange()
  return { exchange, house: await openHouse({ exchange }) }
}

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

describe('a publish under daak/', () => {
  it('is acknowledged with what the exchange says of it, in the order of arrival', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana')
    ana.publish('daak/to/ben', 'one', { qos: 1, packetId: 1 })
    ana.publish('daak/to/ben', 'two', { qos: 1, packetId: 2 })
    await ana.heard()
    expect(exchange.calls).toEqual(['publish ana daak/to/ben one', 'publish ana daak/to/ben two'])
    exchange.answers.get('two')?.({ reasonCode: ReasonCode.NotAuthorized, reason: 'Be a member first.' })
    expect(await ana.heard()).toEqual([])
    exchange.answers.get('one')?.({ reasonCode: 0, userProperties: [['seq', '5']] })
    expect(await ana.expect('puback')).toMatchObject({ packetId: 1, properties: { userProperties: [['seq', '5']] } })
    expect(await ana.expect('puback')).toMatchObject({
      packetId: 2,
      reasonCode: ReasonCode.NotAuthorized,
      properties: { reasonString: 'Be a member first.' },
    })
    await house.close()
  })

  it('is acknowledged without words where the client wants no problem information', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', { properties: { requestProblemInformation: false } })
    ana.publish('daak/to/ben', 'x', { qos: 1 })
    await ana.heard()
    exchange.answers.get('x')?.({ reasonCode: 0x87, reason: 'No.', userProperties: [['seq', '5']] })
    const { reasonCode, properties } = await ana.expect('puback')
    expect(reasonCode).toBe(0x87)
    expect(properties?.reasonString).toBeUndefined()
    expect(properties?.userProperties).toBeUndefined()
    await house.close()
  })

  it('of QoS 2 reaches the exchange once, however often it is sent', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', kept)
    ana.publish('daak/to/ben', 'x', { qos: 2, packetId: 4 })
    await ana.heard()
    exchange.answers.get('x')?.({ reasonCode: 0 })
    await ana.expect('pubrec')
    await ana.vanish()
    const again = await house.connect('ana', kept)
    again.publish('daak/to/ben', 'x', { qos: 2, packetId: 4, dup: true })
    expect(await again.expect('pubrec')).toMatchObject({ packetId: 4, reasonCode: 0 })
    expect(exchange.calls.filter((call) => call.startsWith('publish'))).toHaveLength(1)
    await house.close()
  })

  it('of QoS 2 that was refused leaves its packet identifier free', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana')
    ana.publish('daak/to/ben', 'x', { qos: 2, packetId: 4 })
    await ana.heard()
    exchange.answers.get('x')?.({ reasonCode: 0x99 })
    expect(await ana.expect('pubrec')).toMatchObject({ reasonCode: 0x99 })
    ana.publish('daak/to/ben', 'y', { qos: 2, packetId: 4 })
    await ana.heard()
    expect(exchange.answers.has('y')).toBe(true)
    exchange.answers.get('y')?.({ reasonCode: 0 })
    await house.close()
  })

  it('of QoS 2 that was refused has not been taken, if the server dies before its client knows', async () => {
    const storage = await inMemory()
    const exchange = new RecordedExchange()
    const house = await openHouse({ storage, exchange })
    const ana = await house.connect('ana', kept)
    const named = (text: string) => ({ properties: { userProperties: [['id', text] as const] } })
    ana.publish('daak/conversations/c/messages', 'no', { qos: 2, packetId: 4, ...named('no') })
    ana.publish('daak/conversations/c/messages', 'yes', { qos: 2, packetId: 5, ...named('yes') })
    await ana.heard()
    // Both are told in one go, and that the second one was taken is stored at once.
    exchange.answers.get('no')?.({ reasonCode: ReasonCode.NotAuthorized })
    exchange.answers.get('yes')?.({ reasonCode: ReasonCode.Success })
    await ana.expect('pubrec')
    await ana.expect('pubrec')
    const after = new RecordedExchange()
    const next = await openHouse({ storage, exchange: after })
    const back = await next.connect('ana', kept)
    back.publish('daak/conversations/c/messages', 'no', { qos: 2, packetId: 4, dup: true, ...named('no') })
    back.publish('daak/conversations/c/messages', 'yes', { qos: 2, packetId: 5, dup: true, ...named('yes') })
    await back.heard()
    expect(after.calls.filter((call) => call.startsWith('publish'))).toEqual([
      'publish ana daak/conversations/c/messages no',
    ])
    after.answers.get('no')?.({ reasonCode: ReasonCode.NotAuthorized })
    expect(await back.expect('pubrec')).toMatchObject({ packetId: 4, reasonCode: ReasonCode.NotAuthorized })
    expect(await back.expect('pubrec')).toMatchObject({ packetId: 5, reasonCode: 0 })
    await next.close()
  })

  it('that is refused for good is acknowledged in MQTT 3.1.1, and counted', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', { version: 4 })
    ana.publish('daak/to/ben', 'x', { qos: 1 })
    await ana.heard()
    exchange.answers.get('x')?.({ reasonCode: 0x87 })
    expect(await ana.expect('puback')).toMatchObject({ reasonCode: 0 })
    expect(house.counters.refused).toBe(1)
    await house.close()
  })

  it('that is refused for now closes a connection of MQTT 3.1.1, unacknowledged', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', { version: 4 })
    ana.publish('daak/to/ben', 'x', { qos: 1 })
    await ana.heard()
    exchange.answers.get('x')?.({ reasonCode: 0x97, passing: true })
    expect(await ana.next()).toBeUndefined()
    await house.close()
  })

  it('stops the server from reading on while too many wait', async () => {
    const exchange = new RecordedExchange()
    const house = await openHouse({ exchange, brokerLimits: { waitingPublishes: 4 } })
    const ana = await house.connect('ana')
    for (const text of ['1', '2', '3', '4', '5', '6']) ana.publish('daak/to/ben', text)
    const other = await house.connect('other')
    await other.heard()
    expect(exchange.answers.size).toBe(4)
    for (const answer of exchange.answers.values()) answer({ reasonCode: 0 })
    await ana.heard()
    expect(exchange.answers.size).toBe(6)
    for (const answer of exchange.answers.values()) answer({ reasonCode: 0 })
    await house.close()
  })

  it('stops it as well while they say too much', async () => {
    const exchange = new RecordedExchange()
    const house = await openHouse({ exchange, brokerLimits: { waitingBytes: 10 } })
    const ana = await house.connect('ana')
    for (const text of ['1 five', '2 five', '3 five']) ana.publish('daak/to/ben', text)
    await (await house.connect('other')).heard()
    expect([...exchange.answers.keys()]).toEqual(['1 five', '2 five'])
    exchange.answers.get('1 five')?.({ reasonCode: 0 })
    exchange.answers.get('2 five')?.({ reasonCode: 0 })
    await ana.heard()
    exchange.answers.get('3 five')?.({ reasonCode: 0 })
    await house.close()
  })

  it('can be a will', async () => {
    const { exchange, house } = await setUp()
    const will = { topic: 'daak/to/ben', payload: new TextEncoder().encode('bye'), qos: 0, retain: false } as const
    const ana = await house.connect('ana', { will })
    await ana.vanish()
    await house.connect('somebody')
    expect(exchange.calls).toContain('publish ana daak/to/ben bye')
    exchange.answers.get('bye')?.({ reasonCode: 0 })
    await house.close()
  })
})

describe('a subscription under daak/', () => {
  it('is the exchange’s, begins after its SUBACK, and no wildcard of plain MQTT takes it in', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana')
    expect(await ana.subscribe('daak/from/+', { qos: 2 })).toEqual([1])
    expect(textOf(await ana.expect('publish'))).toBe('begin daak/from/+')
    expect(await ana.subscribe('daak/nothing')).toEqual([ReasonCode.TopicFilterInvalid])
    expect(await ana.subscribe('#')).toEqual([0])
    expect(exchange.calls).toEqual(['subscribe ana daak/from/+', 'subscribe ana daak/nothing'])
    ana.send({ type: 'unsubscribe', packetId: 8, filters: ['daak/from/+'] })
    await ana.expect('unsuback')
    expect(exchange.calls.at(-1)).toBe('unsubscribe ana daak/from/+')
    await ana.disconnect()
    await house.close()
    expect(exchange.calls.at(-1)).toBe('detach ana')
  })

  it('that is being made when the connection ends is made before the exchange hears of the end', async () => {
    const { exchange, house } = await setUp()
    let grant = () => {}
    exchange.subscribe = async () => {
      await new Promise<void>((resolve) => {
        grant = resolve
      })
      exchange.calls.push('subscribed')
      return { reasonCode: 1 }
    }
    const ana = await house.connect('ana')
    ana.send({ type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('daak/from/+')] })
    await (await house.connect('other')).heard()
    await ana.vanish()
    grant()
    await house.close()
    expect(exchange.calls.filter((call) => call !== 'detach other')).toEqual(['subscribed', 'detach ana'])
  })

  it('of a persistent session is resumed when the client is back, also by another server', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', kept)
    await ana.subscribe('daak/from/+', { qos: 1 })
    await ana.vanish()
    const next = await house.restart()
    await next.connect('ana', kept)
    expect(exchange.calls.slice(-2)).toEqual(['detach ana', 'resume ana daak/from/+'])
    await next.close()
  })

  it('sends no more than the client takes, and tells when there is room again', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', { properties: { receiveMaximum: 1 } })
    await ana.subscribe('daak/from/+')
    const session = exchange.sessions[0] as LiveSession
    const { packetId = 0 } = await ana.expect('publish')
    const sent: Sent[] = [session.send(delivery('second'))]
    let acknowledged = 0
    session.whenRoom(() => sent.push(session.send(delivery('second', () => acknowledged++))))
    ana.send({ type: 'puback', packetId, reasonCode: 0 })
    const second = await ana.expect('publish')
    expect([sent, acknowledged]).toEqual([[false, true], 0])
    ana.send({ type: 'puback', packetId: second.packetId ?? 0, reasonCode: 0 })
    await ana.heard()
    expect(acknowledged).toBe(1)
    await ana.vanish()
    await house.close()
    expect([session.closed, session.send(delivery('late'))]).toEqual([true, false])
  })

  it('leaves out what is larger than the client takes, and goes on', async () => {
    const { exchange, house } = await setUp()
    const ana = await house.connect('ana', { properties: { maximumPacketSize: 200 } })
    await ana.subscribe('daak/from/+')
    await ana.expect('publish')
    let acknowledged = 0
    expect(exchange.sessions[0]?.send(delivery('x'.repeat(300), () => acknowledged++))).toBe('too large')
    expect(await ana.heard()).toEqual([])
    expect([acknowledged, house.counters.oversized]).toEqual([1, 1])
    await house.close()
  })
})
