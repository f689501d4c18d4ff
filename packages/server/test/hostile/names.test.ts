import { ReasonCode, type UserProperty } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import { rules } from '../../src/index.js'
import { expectMessages, house, kept, restarted, say } from '../conformance/support.js'
import { type Client, propertyOf } from '../support/client.js'

import { TestServer } from '../support/server.js'
import { byVendorConnection, byVendorPassword, login } from '../support/vendors.js'

/** Names of properties that every object of JavaScript has. */
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'] as const

describe.each(inherited)('the name %s', (name) => {
  it('is one as any other, as vendor, client, connection and topic, over a restart', async () => {
    const opened = await house({ authentication: [byVendorPassword] })
    const fields = { ...kept, ...login(name, name) }
    const peer = await opened.connect(name, fields)
    expect(await peer.subscribe(`${name}/+/${name}`, { qos: 1 })).toEqual([1])
    await peer.disconnect()
    const stranger = await opened.connect(name, login('acme', name))
    await say(stranger, `${name}/${name}/${name}`, 'of another vendor')
    const other = await opened.connect('other', login(name, 'ana'))
    await say(other, `${name}/${name}/${name}`, 'hello', { retain: true })

    const next = await restarted(opened)
    const back = await next.connect(name, fields)
    expect(back.connack.sessionPresent).toBe(true)
    await expectMessages(back, 'hello')
    expect(await back.subscribe(name)).toEqual([0])
    expect(await back.subscribe(`${name}/#`)).toEqual([0])
    expect(await back.messages()).toEqual(['hello'])
  })

  it('is a group of a shared subscription', async () => {
    const opened = await house()
    const [one, two] = [await opened.connect('one'), await opened.connect('two')]
    for (const peer of [one, two]) expect(await peer.subscribe(`$share/${name}/${name}`)).toEqual([0])
    for (const text of ['1', '2']) one.publish(name, text)
    expect([await one.messages(), await two.messages()].map((texts) => texts.length)).toEqual([1, 1])
  })

  it('travels as a user property, in its place', async () => {
    const opened = await house()
    const ana = await opened.connect('ana')
    await ana.subscribe('a')
    const userProperties: UserProperty[] = [
      [name, '1'],
      ['b', name],
      [name, '2'],
    ]
    ana.publish('a', 'x', { properties: { userProperties } })
    expect((await ana.expect('publish')).properties?.userProperties).toEqual(userProperties)
  })

  it('is a client and a conversation under daak/, and no method of the server', async () => {
    const server = await TestServer.open()
    const [ana, other] = [await server.person('ana'), await server.person(name)]
    expect((await ana.say(`daak/to/${name}`, 'hello', { properties: [[name, 'x']] })).reasonCode).toBe(0)
    const heard = await other.hears()
    expect([propertyOf(heard, 'from'), propertyOf(heard, name)]).toEqual(['ana', 'x'])
    expect(await ana.call('conversations/create', { id: name, members: [name] })).toMatchObject({
      result: { id: name, members: [name, 'ana'].sort() },
    })
    const [nobody, nothing] = [`No instance of the service ${name} is connected`, `There is no method history/${name}`]
    expect(await ana.call(`${name}/${name}`, {})).toMatchObject({ error: { message: nobody } })
    expect(await ana.call(`history/${name}`, {})).toMatchObject({ error: { message: nothing } })
    expect(await ana.call('conversations/get', `{"__proto__":{"id":"${name}"}}`)).toMatchObject({ error: {} })
  })
})

describe('65,535 slashes', () => {
  const slashes = '/'.repeat(65_535)

  it('are refused as a topic, as a filter and as a will, and the connection lives', async () => {
    const opened = await house()
    const ana = await opened.connect('ana')
    expect((await say(ana, slashes, 'x')).reasonCode).toBe(ReasonCode.TopicNameInvalid)
    expect(await ana.subscribe(slashes)).toEqual([ReasonCode.TopicFilterInvalid])
    expect(await ana.subscribe(`$share/g/${slashes.slice(9)}`)).toEqual([ReasonCode.TopicFilterInvalid])
    ana.send({ type: 'unsubscribe', packetId: 3, filters: [slashes] })
    expect((await ana.expect('unsuback')).reasonCodes).toEqual([ReasonCode.NoSubscriptionExisted])
    const will = (topic: string) => ({ topic, payload: new Uint8Array(), qos: 0, retain: false }) as const
    // A CONNECT of that size is too large by itself.
    const large = await opened.peer().connect({ clientId: 'ben', will: will(slashes) })
    expect(large.reasonCode).toBe(ReasonCode.PacketTooLarge)
    const deep = await opened.peer().connect({ clientId: 'ben', will: will(slashes.slice(0, 1_000)) })
    expect(deep.reasonCode).toBe(ReasonCode.TopicNameInvalid)
    expect(await ana.heard()).toEqual([])
  })

  it('are taken where the limits let them through, by a filter as deep and by #', async () => {
    const opened = await house({ brokerLimits: { topicLevels: 65_536, topicBytes: 65_535 } })
    const [ana, ben] = [await opened.connect('ana'), await opened.connect('ben')]
    expect(await ana.subscribe(slashes)).toEqual([0])
    expect(await ben.subscribe(`${'+/'.repeat(32_767)}#`)).toEqual([0])
    ana.publish(slashes, 'deep', { qos: 1, retain: true })
    await expectMessages(ana, 'deep')
    expect((await ana.expect('puback')).reasonCode).toBe(ReasonCode.Success)
    await expectMessages(ben, 'deep')
    ben.send({ type: 'unsubscribe', packetId: 3, filters: [`${'+/'.repeat(32_767)}#`] })
    expect((await ben.expect('unsuback')).reasonCodes).toEqual([ReasonCode.Success])
  })

  it('are refused as a rule asks, whatever their number', () => {
    const access = rules([
      { deny: 'all', topic: `${'+/'.repeat(32_000)}x` },
      { allow: 'all', topic: '#' },
    ])
    const request = { action: 'subscribe', qos: 0, retain: false } as const
    const ana = { vendor: 'acme', client: 'ana', connection: 'ana' }
    expect(access.authorize(ana, { ...request, topic: slashes })).toBe(true)
    expect(access.authorize(ana, { ...request, topic: `${'/'.repeat(100)}#` })).toBe(false)
  })
})

describe('a wildcard', () => {
  it.each(['a/+', 'a/#', '+', '#', 'a+', 'a#b', '/#/'])(
    'in the topic %s of a publish ends the connection',
    async (topic) => {
      const opened = await house()
      const ana = await opened.connect('ana')
      ana.sendBytes(published(topic))
      expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.MalformedPacket })
      await ana.closed
    },
  )

  it.each(['+', '#', 'a/b', 'ana/+', '', 'a b'])(
    'or another sign in the user name %j lets nobody in',
    async (username) => {
      const opened = await house({
        authentication: [({ username: client = '' }) => ({ identity: { vendor: 'acme', client } })],
      })
      const peer = opened.peer()
      const { reasonCode } = await peer.connect({ clientId: 'phone', username })
      expect(reasonCode).toBeGreaterThanOrEqual(0x80)
      await peer.closed
    },
  )

  it.each(['+', '#', 'a/b', '+/+', '$SYS', 'daak', '../x', '%2F'])(
    'or another sign in the client identifier %s opens nothing to it',
    async (clientId) => {
      const access = rules([
        { allow: 'all', topic: 'of/{connection}/#' },
        { allow: 'all', topic: '{connection}/up' },
      ])
      const opened = await house({ access })
      const peer = await opened.connect(clientId, { username: 'ana' })
      for (const filter of ['of/#', 'of/+/#', 'of/ben/#', '#', '+/up', 'ben/up', '$SYS/up', '$SYS/#', 'of/a/b/c'])
        expect(await peer.subscribe(filter)).toEqual([expect.toSatisfy(isRefusalUnlessOwn(clientId, filter))])
      expect((await say(peer, 'of/ben/x', 'x')).reasonCode).toBe(ReasonCode.NotAuthorized)
      expect((await say(peer, '$SYS/up', 'x')).reasonCode).toBe(ReasonCode.NotAuthorized)
    },
  )

  const isRefusalUnlessOwn = (clientId: string, filter: string) => (code: number) =>
    code >= 0x80 || filter === `${clientId}/up`

  it('in a client identifier keeps its answers to itself', async () => {
    const server = await TestServer.open()
    const [odd, ana] = [
      await server.client('ana', { connection: '+/#' }),
      await server.person('ana', { connection: 'ana-1' }),
    ]
    expect((await odd.subscribe('daak/replies/ana/+/#')).reasonCodes).toEqual([ReasonCode.TopicFilterInvalid])
    expect((await odd.subscribe('daak/replies/ana/+')).reasonCodes).toEqual([ReasonCode.TopicFilterInvalid])
    expect((await odd.subscribe(ana.replies)).reasonCodes).toEqual([ReasonCode.NotAuthorized])
    expect(odd.replies).toBe('daak/replies/ana/%2B%2F%23')
    expect((await odd.subscribe(odd.replies)).reasonCodes).toEqual([1])
    await ana.call('conversations/create', { id: 'team', members: [] })
    expect(odd.takeUnheard()).toEqual([])
    expect(await odd.call('conversations/get', { id: 'team' })).toMatchObject({ result: { id: 'team' } })
  })
})

describe('a topic', () => {
  it('that is empty and has no alias ends the connection', async () => {
    const opened = await house()
    const ana = await opened.connect('ana')
    ana.sendBytes(published(''))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.ProtocolError })
  })

  it.each([0, 65, 0xffff])(
    'alias of %i, which is none or above the maximum, ends the connection',
    async (topicAlias) => {
      const opened = await house({ connectionLimits: { topicAliases: 64 } })
      const ana = await opened.connect('ana')
      expect(ana.connack.properties?.topicAliasMaximum).toBe(64)
      ana.sendBytes(published('a', topicAlias))
      expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.TopicAliasInvalid })
    },
  )

  it('that an alias stands for is asked for as if it were written out', async () => {
    const opened = await house({ access: rules([{ allow: 'publish', topic: 'open' }]) })
    const ana = await opened.connect('ana')
    const withAlias = { properties: { topicAlias: 1 } }
    expect((await say(ana, 'secret', 'x', withAlias)).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect((await say(ana, '', 'x', withAlias)).reasonCode).toBe(ReasonCode.NotAuthorized)
    expect((await say(ana, 'open', 'x', withAlias)).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
    expect((await say(ana, '', 'x', withAlias)).reasonCode).toBe(ReasonCode.NoMatchingSubscribers)
  })
})

describe('a shared subscription', () => {
  it.each(['$share//a', '$share/+/a', '$share/#/a', '$share/g+/a', '$share/g', '$share/g/', '$share/', '$share/g/#/a'])(
    'such as %s is refused',
    async (filter) => {
      const opened = await house()
      for (const version of [4, 5] as const) {
        const ana = await opened.connect(`ana-${version}`, { version })
        const refusal = version === 5 ? ReasonCode.TopicFilterInvalid : ReasonCode.UnspecifiedError
        expect(await ana.subscribe(filter)).toEqual([refusal])
      }
    },
  )

  it.each(['$share/g/a', '$share', '$share/', '$SYS/broker/uptime', '$', '$sys'])(
    'or another topic of the server, such as %s, is nothing to publish to, nor a will',
    async (topic) => {
      const opened = await house()
      const ana = await opened.connect('ana')
      expect((await say(ana, topic, 'x', { retain: true })).reasonCode).toBe(ReasonCode.NotAuthorized)
      const will = { topic, payload: new Uint8Array(), qos: 0, retain: true } as const
      expect((await opened.peer().connect({ clientId: 'ben', will })).reasonCode).toBe(ReasonCode.NotAuthorized)
    },
  )
})

describe('an internal topic', () => {
  const open = async () => {
    const server = await TestServer.open()
    return { ana: await server.person('ana'), eve: await server.client('eve'), server }
  }

  const said = async ({ ana, eve }: { ana: Client; eve: Client }, topic: string) => {
    const { reasonCode } = await eve.say(topic, 'let me in')
    expect(ana.takeUnheard()).toEqual([])
    return reasonCode
  }

  it.each([
    'daak',
    'daak/',
    'daak//to/ana',
    'daak/to/',
    'daak/to/ana/',
    'daak/to/ana/x',
    'daak/TO/ana',
    'daak/./to/ana',
    'daak/from/ana',
    'daak/conversations/ana~ben/messages/',
    'daak/presence/ana',
    'daak/roster/x',
    'daak/notices',
  ])('in the spelling %s is refused, and nobody hears of it', async (topic) => {
    expect(await said(await open(), topic)).toBeGreaterThanOrEqual(0x80)
  })

  it.each([
    'Daak/to/ana',
    'DAAK/to/ana',
    '/daak/to/ana',
    'daak\\to\\ana',
    'd\u0430ak/to/ana',
    'daak\u200b/to/ana',
    'daak%2Fto/ana',
    'x/../daak/to/ana',
    'daak to/ana',
  ])('in the spelling %s is another topic, and no message to anybody', async (topic) => {
    expect(await said(await open(), topic)).toBe(ReasonCode.NoMatchingSubscribers)
  })

  it.each(['#', '+/#', '+/+/+', '+/to/ana', '+/conversations/+/messages', '$share/g/#', '$share/g/+/+/+'])(
    'is not heard by the filter %s',
    async (filter) => {
      const { ana, eve, server } = await open()
      expect((await eve.subscribe(filter)).reasonCodes).toEqual([1])
      await ana.say('daak/to/ben', 'between us')
      await server.rest()
      expect(eve.takeUnheard()).toEqual([])
    },
  )

  it.each([
    'daak/#',
    'daak/+/+',
    'daak/+',
    'daak/conversations/#',
    'daak/conversations/+/+',
    'daak/to/+',
    'daak/replies/#',
    '$share/g/daak/#',
    '$share/g/daak/replies/ana/ana-1',
    'daak',
  ])('is not heard by the filter %s, which is refused', async (filter) => {
    const { eve } = await open()
    expect((await eve.subscribe(filter)).reasonCodes[0]).toBeGreaterThanOrEqual(0x80)
  })

  it('of another vendor has no spelling', async () => {
    const server = await TestServer.open({ dev: false, authentication: [byVendorConnection] })
    const [ana, eve] = [
      await server.person('ana', { connection: 'here.1' }),
      await server.client('eve', { connection: 'there.1' }),
    ]
    for (const topic of ['daak/to/ana', 'daak/to/here.ana', 'daak/to/ana@here']) await eve.say(topic, 'hello')
    for (const topic of ['daak/to/here/ana', 'daak/to/here:ana', 'daak/here/to/ana', 'here/daak/to/ana'])
      expect((await eve.say(topic, 'hello')).reasonCode).not.toBe(ReasonCode.Success)
    await server.rest()
    expect(ana.takeUnheard()).toEqual([])
  })
})

/** A PUBLISH of QoS 0 in its bytes, whatever its topic: the encoder would refuse some. */
const published = (topic: string, topicAlias?: number): Uint8Array => {
  const text = new TextEncoder().encode(topic)
  const properties = topicAlias === undefined ? [0] : [3, 0x23, topicAlias >> 8, topicAlias & 0xff]
  const body = [text.length >> 8, text.length & 0xff, ...text, ...properties, 1]
  return Uint8Array.from([0x30, body.length, ...body])
}
