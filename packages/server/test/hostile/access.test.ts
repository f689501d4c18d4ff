import { ReasonCode, type Will } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { Rule } from '../../src/index.js'
import { bytes, expectMessages, kept, kept4, say } from '../conformance/support.js'
import { openRuleHouse } from '../support/rule-house.js'

const open: Rule[] = [{ allow: 'all', topic: '#' }]

/** Takes everything about a topic from somebody. */
const taken = (topic: string, client = 'ana'): Rule[] => [{ deny: 'all', topic, clients: [client] }, ...open]

const will: Will = { topic: 'secret/will', payload: bytes(1), qos: 1, retain: true }

describe('a will to a forbidden topic', () => {
  it('is refused when it is set', async () => {
    const { house } = await openRuleHouse(taken('secret/#'))
    const connack = await house.peer().connect({ clientId: 'ana', will })
    expect(connack.reasonCode).toBe(ReasonCode.NotAuthorized)
  })

  it.each(['a broken connection', 'its delay', 'the end of its session'])(
    'is not said after %s, where it was allowed when it was set',
    async (when) => {
      const { house, allow } = await openRuleHouse(open)
      const delayed = { ...will, properties: { willDelayInterval: 60 } }
      const ben = await house.connect('ben')
      await ben.subscribe('secret/#')
      const ana = await house.connect('ana', when === 'a broken connection' ? { will } : { ...kept, will: delayed })
      allow(taken('secret/#'))
      await ana.vanish()
      await house.connect('ana', when === 'the end of its session' ? {} : { username: 'other' })
      house.clock.advance(60_000)
      expect(await ben.messages()).toEqual([])
      expect(house.counters.refused).toBe(1)
    },
  )

  it('is not kept for those who come later', async () => {
    const { house, allow } = await openRuleHouse(open)
    const ana = await house.connect('ana', { will })
    allow(taken('secret/#'))
    await ana.vanish()
    const ben = await house.connect('ben')
    await ben.subscribe('secret/#')
    expect(await ben.messages()).toEqual([])
  })
})

describe.each([
  ['MQTT 5', kept],
  ['MQTT 3.1.1', kept4],
])('whoever lost a right while away, and comes back with %s', (_, fields) => {
  const withMessages = async () => {
    const opened = await openRuleHouse(open)
    const { house } = opened
    const [ana, ben] = [await house.connect('ana', fields), await house.connect('ben')]
    await say(ben, 'secret/old', 'retained', { retain: true })
    await ana.subscribe('secret/+', { qos: 1 })
    await expectMessages(ana, 'retained')
    await ana.vanish()
    await say(ben, 'secret/new', 'queued')
    return { ...opened, ben }
  }

  it('gets nothing that was queued, sent before, or retained', async () => {
    const { house, allow, ben } = await withMessages()
    allow(taken('secret/#'))
    await say(ben, 'secret/new', 'later')
    const back = await house.connect('ana', fields)
    expect(await back.messages()).toEqual([])
    const [code] = await back.subscribe('secret/+', { qos: 1 })
    expect(code).toBeGreaterThanOrEqual(ReasonCode.UnspecifiedError)
    expect(await back.messages()).toEqual([])
  })

  it('and with a server that was started meanwhile, gets nothing either', async () => {
    const opened = await withMessages()
    const { house } = await opened.restart(taken('secret/#'))
    expect(await (await house.connect('ana', fields)).messages()).toEqual([])
  })
})

describe('the filter inside $share', () => {
  it('is what rules are asked about, and the group opens nothing', async () => {
    const { house } = await openRuleHouse([{ allow: 'subscribe', topic: 'open/#' }])
    const ana = await house.connect('ana')
    for (const filter of ['secret', '#', '+/x', '$SYS/#', '$share/open/x'])
      expect(await ana.subscribe(`$share/open/${filter}`)).toEqual([ReasonCode.NotAuthorized])
    expect(await ana.subscribe('$share/secret/open/x')).toEqual([ReasonCode.Success])
  })

  it('is asked about again when rules change, and the group of others goes on', async () => {
    const { house, allow } = await openRuleHouse(open)
    const [ana, ben] = [await house.connect('ana'), await house.connect('ben')]
    for (const peer of [ana, ben]) await peer.subscribe('$share/crew/secret')
    allow(taken('secret'))
    expect(await ana.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.NotAuthorized })
    for (const text of ['1', '2']) ben.publish('secret', text)
    expect(await ben.messages()).toEqual(['1', '2'])
  })
})

describe('another identity that picks the same client identifier', () => {
  it('takes nothing over: neither the connection, nor the session, its messages or its will', async () => {
    const { house } = await openRuleHouse(open)
    const phone = (username: string, fields = {}) => house.connect('phone', { ...kept, username, ...fields })
    const ana = await phone('ana', { will })
    await ana.subscribe('for/ana', { qos: 1 })
    const eve = await phone('eve')
    expect(eve.connack.sessionPresent).toBe(false)
    expect(await ana.heard()).toEqual([])
    await ana.disconnect()
    await say(eve, 'for/ana', 'hello')
    expect(await eve.messages()).toEqual([])
    eve.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
    await eve.closed
    await (await phone('eve', { cleanStart: true })).disconnect()
    const back = await phone('ana')
    expect(back.connack.sessionPresent).toBe(true)
    await expectMessages(back, 'hello')
  })

  it('has no rights by it that are another client’s', async () => {
    const { house } = await openRuleHouse([{ allow: 'all', topic: 'of/{client}/{connection}' }])
    const [ana, eve] = [
      await house.connect('phone', { username: 'ana' }),
      await house.connect('phone', { username: 'eve' }),
    ]
    expect(await ana.subscribe('of/ana/phone')).toEqual([ReasonCode.Success])
    expect(await eve.subscribe('of/ana/phone')).toEqual([ReasonCode.NotAuthorized])
    expect((await say(eve, 'of/ana/phone', 'x')).reasonCode).toBe(ReasonCode.NotAuthorized)
  })
})
