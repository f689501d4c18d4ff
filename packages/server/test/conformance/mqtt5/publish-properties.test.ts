import { type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import { describe, expect, it } from 'vitest'
import type { House } from '../../support/house.js'
import { acknowledge, bytes, expectMessages, house, kept, say } from '../support.js'

/** Binary data as it is compared, whatever kind of view it came as. */
const plain = ({ correlationData, ...properties }: Properties = {}): Properties => ({
  ...properties,
  ...(correlationData && { correlationData: Uint8Array.from(correlationData) }),
})

/** How the properties of a message reach somebody, by each way that a message takes. */
const ways: readonly (readonly [string, (server: House, properties: Properties) => Promise<Properties | undefined>])[] =
  [
    [
      'at once',
      async (server, properties) => {
        const ana = await server.connect('ana')
        await ana.subscribe('room')
        await say(await server.connect('ben'), 'room', 'hi', { properties })
        return (await ana.expect('publish')).properties
      },
    ],
    [
      'with an identifier',
      async (server, properties) => {
        const ana = await server.connect('ana')
        await ana.subscribe('room', { identifier: 3 })
        await say(await server.connect('ben'), 'room', 'hi', { properties })
        const { subscriptionIdentifiers, ...rest } = (await ana.expect('publish')).properties ?? {}
        expect(subscriptionIdentifiers).toEqual([3])
        return rest
      },
    ],
    [
      'from memory',
      async (server, properties) => {
        const ana = await server.connect('ana', { properties: { receiveMaximum: 1 } })
        await ana.subscribe('room', { qos: 1 })
        const ben = await server.connect('ben')
        await say(ben, 'room', 'first')
        await say(ben, 'room', 'second', { properties })
        const [first] = await expectMessages(ana, 'first')
        if (first) acknowledge(ana, first)
        return (await ana.expect('publish')).properties
      },
    ],
    [
      'from the store',
      async (server, properties) => {
        const before = await server.connect('ana', kept)
        await before.subscribe('room', { qos: 1 })
        await before.disconnect()
        await say(await server.connect('ben'), 'room', 'hi', { properties })
        return (await (await server.connect('ana', kept)).expect('publish')).properties
      },
    ],
    [
      'retained',
      async (server, properties) => {
        await say(await server.connect('ben'), 'room', 'hi', { retain: true, properties })
        const ana = await server.connect('ana')
        await ana.subscribe('room')
        return (await ana.expect('publish')).properties
      },
    ],
  ]

describe.each(ways)('3.3.2.3 The properties of a message that comes %s', (_, deliver) => {
  it.each<[string, Properties]>([
    ['[MQTT-3.3.2-4] payload format 0', { payloadFormatIndicator: 0 }],
    ['[MQTT-3.3.2-4] payload format 1', { payloadFormatIndicator: 1 }],
    ['[MQTT-3.3.2-15] response topic', { responseTopic: 'answers/to/ben' }],
    ['[MQTT-3.3.2-16] correlation data', { correlationData: bytes(0, 0xff, 0x80) }],
    ['[MQTT-3.3.2-16] correlation data that is empty', { correlationData: bytes() }],
    ['[MQTT-3.3.2-20] content type', { contentType: 'application/x-thing; charset=utf-8' }],
    ['[MQTT-3.3.2-20] content type that is empty', { contentType: '' }],
    [
      '[MQTT-3.3.2-17] [MQTT-3.3.2-18] user properties',
      {
        userProperties: [
          ['b', '1'],
          ['a', '2'],
          ['b', '1'],
          ['', ''],
        ],
      },
    ],
  ])('travel unaltered: %s', async (_, properties) => {
    expect(plain(await deliver(await house(), properties))).toEqual(properties)
  })

  it('without any are none', async () => {
    expect(plain(await deliver(await house(), {}))).toEqual({})
  })
})

describe('3.3.2.3.2 Payload Format Indicator', () => {
  const wrong = { payloadFormatIndicator: 1 } as const

  it.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)(
    'of 1 with a payload that is no UTF-8 is answered with 0x99 at QoS %i, and goes nowhere',
    async (qos, answer) => {
      const server = await house()
      const [ana, ben] = [await server.connect('ana'), await server.connect('ben')]
      await ana.subscribe('room')
      ben.send({
        type: 'publish',
        topic: 'room',
        payload: bytes(0xc3, 0x28),
        qos,
        packetId: 1,
        retain: true,
        dup: false,
        properties: wrong,
      })
      expect(await ben.expect(answer)).toMatchObject({ reasonCode: ReasonCode.PayloadFormatInvalid })
      expect(await ana.heard()).toEqual([])
      await ana.subscribe('room')
      expect(await ana.heard()).toEqual([])
    },
  )

  it('of 1 with a payload that is no UTF-8 ends the connection with 0x99 at QoS 0', async () => {
    const ben = await (await house()).connect('ben')
    ben.send({
      type: 'publish',
      topic: 'room',
      payload: bytes(0xff),
      qos: 0,
      retain: false,
      dup: false,
      properties: wrong,
    })
    expect(await ben.expect('disconnect')).toMatchObject({ reasonCode: ReasonCode.PayloadFormatInvalid })
    await ben.closed
  })

  it('of 1 with a will that is no UTF-8 is refused with 0x99', async () => {
    const ana = (await house()).peer()
    const will = { topic: 'gone', payload: bytes(0xff), qos: 0, retain: false, properties: wrong } as const
    expect(await ana.connect({ will })).toMatchObject({ reasonCode: ReasonCode.PayloadFormatInvalid })
    await ana.closed
  })

  it('of 0, or none, lets any bytes through', async () => {
    const server = await house()
    const ana = await server.connect('ana')
    await ana.subscribe('room')
    for (const properties of [{}, { payloadFormatIndicator: 0 as const }])
      ana.send({ type: 'publish', topic: 'room', payload: bytes(0xff), qos: 0, retain: false, dup: false, properties })
    for (let i = 0; i < 2; i++) expect(Uint8Array.from((await ana.expect('publish')).payload)).toEqual(bytes(0xff))
  })
})
