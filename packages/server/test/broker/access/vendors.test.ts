import { ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { rules } from '../../../src/index.js'
import { bytes, expectMessages, house, kept, say } from '../../conformance/support.js'
import { propertyOf } from '../../support/client.js'
import type { HouseOptions } from '../../support/house.js'
import type { Peer } from '../../support/peer.js'
import { TestServer } from '../../support/server.js'
import { byVendorConnection, byVendorPassword, login } from '../../support/vendors.js'

const vendorHouse = (options: HouseOptions = {}) => house({ authentication: [byVendorPassword], ...options })

/** A client of the same name, by the same client identifier, at each of two vendors. */
const twins = async (fields = {}, options?: HouseOptions) => {
  const opened = await vendorHouse(options)
  const at = (vendor: string) => opened.connect('phone', { ...login(vendor, 'ana'), ...fields })
  return { house: opened, at, here: await at('here'), there: await at('there') }
}

const hears = (peer: Peer) => peer.messages()

describe('of another vendor one does not see', () => {
  it('connections: the same names are no take-over', async () => {
    const { here, there } = await twins()
    expect(await here.heard()).toEqual([])
    expect(await there.heard()).toEqual([])
    expect([await here.subscribe('a'), await there.subscribe('a')]).toEqual([[0], [0]])
  })

  it('sessions: each finds its own', async () => {
    const { here, at } = await twins(kept)
    await here.subscribe('room', { qos: 1 })
    await here.vanish()
    const there = await at('there')
    await say(there, 'room', 'not for here')
    await there.vanish()
    const elsewhere = await at('elsewhere')
    expect(elsewhere.connack.sessionPresent).toBe(false)
    const back = await at('here')
    expect(back.connack.sessionPresent).toBe(true)
    expect(await hears(back)).toEqual([])
  })

  it.each(['#', '+/#', 'room', '$share/crew/room', '$share/crew/#'])('messages, by %s', async (filter) => {
    const { here, there } = await twins()
    expect(await there.subscribe(filter)).toEqual([0])
    for (const text of ['1', '2', '3']) await say(here, 'room', text)
    expect(await hears(there)).toEqual([])
  })

  it('members of a shared subscription of the same name: none of them gets a share of the other', async () => {
    const { here, there } = await twins()
    for (const peer of [here, there]) await peer.subscribe('$share/crew/jobs')
    for (const job of ['1', '2', '3', '4']) here.publish('jobs', job)
    expect(await hears(here)).toEqual(['1', '2', '3', '4'])
    expect(await hears(there)).toEqual([])
  })

  it('retained messages, and one does not remove them', async () => {
    const { here, there } = await twins()
    await say(here, 'lamp', 'on', { retain: true })
    await say(there, 'lamp', '', { retain: true })
    await there.subscribe('#')
    expect(await hears(there)).toEqual([])
    await here.subscribe('lamp')
    expect(await hears(here)).toEqual(['on'])
  })

  it('wills', async () => {
    const opened = await vendorHouse()
    const will = { topic: 'gone', payload: bytes(33), qos: 0, retain: true } as const
    const here = await opened.connect('phone', { ...login('here', 'ana'), will })
    const [there, friend] = [
      await opened.connect('x', login('there', 'ana')),
      await opened.connect('x', login('here', 'ben')),
    ]
    for (const peer of [there, friend]) await peer.subscribe('#')
    await here.vanish()
    await expectMessages(friend, '!')
    await there.subscribe('gone')
    expect(await hears(there)).toEqual([])
  })

  it.each(['here/room', '/here/room', 'here\\room', '../here/room', 'here%2Froom', 'here:room', 'here//room'])(
    'topics, by the spelling %s',
    async (topic) => {
      const { here, there } = await twins()
      await here.subscribe('#')
      await here.subscribe('room')
      expect((await say(there, topic, 'hello')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
      await there.subscribe(topic)
      here.publish('room', 'for us')
      expect(await hears(here)).toEqual(['for us'])
      expect(await hears(there)).toEqual([])
    },
  )

  it('what it has used up of its limits', async () => {
    const accountLimits = { perVendor: { subscriptions: 1, retainedMessages: 1 } }
    const { here, there } = await twins({}, { accountLimits })
    await here.subscribe('a')
    expect(await here.subscribe('b')).toEqual([ReasonCode.QuotaExceeded])
    await say(here, 'x', '1', { retain: true })
    expect((await say(here, 'b', '2', { retain: true })).reasonCode).toBe(ReasonCode.QuotaExceeded)
    expect(await there.subscribe('b')).toEqual([0])
    expect((await say(there, 'c', '2', { retain: true })).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
  })

  it('requests, or answers to a Response Topic', async () => {
    const { here, there } = await twins()
    await here.subscribe('answers/ana')
    await there.subscribe('ask')
    here.publish('ask', '?', { properties: { responseTopic: 'answers/ana' } })
    expect(await hears(there)).toEqual([])
    expect((await say(there, 'answers/ana', 'mine')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    expect(await hears(here)).toEqual([])
  })
})

describe('under daak/, of another vendor one does not see', () => {
  const open = async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const person = (vendor: string, name: string) => server.person(name, { connection: `${vendor}.1` })
    return { server, person }
  }

  it('conversations of the same clients', async () => {
    const { server, person } = await open()
    const [ana, ben] = [await person('here', 'ana'), await person('here', 'ben')]
    const [otherAna, otherBen] = [await person('there', 'ana'), await person('there', 'ben')]
    await ana.say('daak/to/ben', 'between us')
    await otherAna.say('daak/to/ben', 'between those')
    await server.rest()
    expect(await ben.hearsTexts(1)).toEqual(['between us'])
    expect(await otherBen.hearsTexts(1)).toEqual(['between those'])
    expect([ben.takeUnheard(), otherBen.takeUnheard()]).toEqual([[], []])
    const history = { conversation: 'ana~ben' }
    expect(await otherBen.call('history/read', history)).toMatchObject({ result: { head: 1 } })
    await ana.say('daak/to/ben', 'more')
    expect(await otherBen.call('history/read', history)).toMatchObject({ result: { head: 1 } })
  })

  it('turns of a bot of the same name', async () => {
    const { server, person } = await open()
    const mine = await server.bot('order-bot', { connection: 'here.bot' })
    const theirs = await server.bot('order-bot', { connection: 'there.bot' })
    const ana = await person('here', 'ana')
    await ana.say('daak/to/order-bot', 'two large')
    const lease = await mine.lease()
    expect(lease.conversation).toBe('ana~order-bot')
    await mine.commit(lease)
    await server.rest()
    expect(theirs.client.takeUnheard()).toEqual([])
  })

  it('answers to calls of the same connection: each hears its own', async () => {
    const { server, person } = await open()
    const ana = await person('here', 'ana')
    const other = await server.client('ana', { connection: 'there.1' })
    const refused = await other.subscribe(ana.replies)
    expect(refused.reasonCodes).toEqual([ReasonCode.NotAuthorized])
    await other.subscribe(other.replies)
    const mqtt = { responseTopic: ana.replies }
    const stolen = await other.say('daak/rpc/conversations/get', '{"id":"x"}', { mqtt })
    expect(stolen.reasonCode).toBe(ReasonCode.NotAuthorized)
    await ana.call('conversations/create', { id: 'team', members: [] })
    expect(await ana.call('conversations/get', { id: 'team' })).toMatchObject({ result: { id: 'team' } })
    expect(await other.call('conversations/get', { id: 'team' })).toMatchObject({ error: {} })
    expect(other.takeUnheard()).toEqual([])
  })
})

describe('a vendor identity', () => {
  const open = async () => {
    const access = rules([{ allow: 'all', topic: 'orders/{client}/#' }])
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection], access })
    const of = (connection: string, name: string) => server.person(name, { connection })
    return { server, of }
  }

  it('publishes and subscribes to the topics of all its clients, which these can do with their own only', async () => {
    const { of } = await open()
    const [desk, ana] = [await of('here!.1', 'desk'), await of('here.1', 'ana')]
    expect((await desk.subscribe('orders/+/#')).reasonCodes).toEqual([1])
    expect((await ana.subscribe('orders/+/#')).reasonCodes).toEqual([ReasonCode.NotAuthorized])
    expect((await ana.subscribe('orders/ana/#')).reasonCodes).toEqual([1])
    expect((await desk.say('orders/ana/7', 'is ready')).reasonCode).toBe(ReasonCode.Success)
    expect(await ana.hearsTexts(1)).toEqual(['is ready'])
    expect((await ana.say('orders/ben/7', 'is mine')).reasonCode).toBe(ReasonCode.NotAuthorized)
  })

  it('speaks in a conversation of its clients as itself, and stays out of it', async () => {
    const { server, of } = await open()
    const bot = await server.bot('order-bot', { connection: 'here.bot' })
    const [desk, ana] = [await of('here!.1', 'desk'), await of('here.1', 'ana')]
    const said = await desk.say('daak/conversations/ana~order-bot/messages', 'a hint from the desk')
    expect(said.reasonCode).toBe(ReasonCode.Success)
    expect(propertyOf(await ana.hears(), 'from')).toBe('desk')
    const lease = await bot.lease()
    expect(lease.conversation).toBe('ana~order-bot')
    await bot.commit(lease, ['thanks'])
    expect(await ana.hearsTexts(1)).toEqual(['thanks'])
    await server.rest()
    expect(desk.takeUnheard()).toEqual([])
    const info = await desk.call('conversations/get', { id: 'ana~order-bot' })
    expect(info).toMatchObject({ result: { members: ['ana', 'order-bot'] } })
    const history = await desk.call('history/read', { conversation: 'ana~order-bot' })
    expect(history).toMatchObject({ result: { head: 2 } })
  })

  it('is heard by who hears the conversation, and not by who hears the other member alone', async () => {
    const { server, of } = await open()
    const desk = await of('here!.1', 'desk')
    const [one, all] = [
      await server.client('ana', { connection: 'here.1' }),
      await server.client('ana', { connection: 'here.2' }),
    ]
    await one.subscribe('daak/from/ben')
    await all.subscribe('daak/from/+')
    await desk.say('daak/conversations/ana~ben/messages', 'from the desk')
    const ben = await of('here.ben', 'ben')
    await ben.say('daak/to/ana', 'from ben')
    expect(await one.hearsTexts(1)).toEqual(['from ben'])
    expect(await all.hearsTexts(2)).toEqual(['from the desk', 'from ben'])
    expect(all.topics).toEqual(['daak/from/desk', 'daak/from/ben'])
  })

  it('has no say at another vendor, and none where there is no conversation', async () => {
    const { of } = await open()
    const [desk, ana] = [await of('here!.1', 'desk'), await of('there.1', 'ana')]
    await ana.call('conversations/create', { id: 'team', members: ['ben'] })
    const said = await desk.say('daak/conversations/team/messages', 'hello')
    expect(said.reasonCode).toBe(ReasonCode.NotAuthorized)
    expect(await desk.call('history/read', { conversation: 'team' })).toMatchObject({ error: {} })
    expect((await desk.say('orders/ana/7', 'x')).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
  })

  it('hears only the conversations that it is a member of', async () => {
    const { of } = await open()
    const desk = await of('here!.1', 'desk')
    const suback = await desk.subscribe('daak/conversations/ana~ben/messages')
    expect(suback.reasonCodes).toEqual([ReasonCode.NotAuthorized])
  })
})
