import { describe, expect, it } from 'vitest'
import type { HouseOptions } from '../../support/house.js'
import { acknowledge, expectMessages, house, kept, say, sayOnce } from '../support.js'

const texts = Array.from({ length: 10 }, (_, i) => String(i))

/** A client that takes so many at once, though ten were said to it. */
const flooded = async (receiveMaximum: number | undefined, fields = {}, options: HouseOptions = {}) => {
  const server = await house(options)
  const properties = { ...kept.properties, ...(receiveMaximum !== undefined && { receiveMaximum }) }
  const ana = await server.connect('ana', { ...fields, properties })
  await ana.subscribe('room', { qos: 2 })
  const ben = await server.connect('ben')
  for (const text of texts) await say(ben, 'room', text)
  return { ana, ben, server }
}

describe('4.9 Flow control', () => {
  it.each([1, 3])('[MQTT-4.9.0-1] [MQTT-4.9.0-2] a client that takes %i at once is sent no more', async (maximum) => {
    const { ana } = await flooded(maximum)
    const sent = await expectMessages(ana, ...texts.slice(0, maximum))
    expect(await ana.heard()).toEqual([])
    if (sent[0]) acknowledge(ana, sent[0])
    await expectMessages(ana, texts[maximum] ?? '')
    expect(await ana.heard()).toEqual([])
  })

  it('[MQTT-4.9.0-1] a client that says nothing takes 65,535, of which the server uses what it likes', async () => {
    const all = await flooded(undefined)
    expect(await all.ana.messages()).toEqual(texts)
    const fewer = await flooded(undefined, {}, { accountLimits: { perConnection: { inflight: 4 } } })
    expect(await fewer.ana.messages()).toEqual(texts.slice(0, 4))
  })

  it('[MQTT-4.9.0-2] a QoS 2 message counts from its PUBLISH to its PUBCOMP, or to a PUBREC that refuses it', async () => {
    const server = await house()
    const ana = await server.connect('ana', { properties: { receiveMaximum: 1 } })
    await ana.subscribe('room', { qos: 2 })
    const ben = await server.connect('ben')
    for (const text of ['one', 'two', 'three']) await sayOnce(ben, 'room', text)
    const [{ packetId: one = 0 } = {}] = await expectMessages(ana, 'one')
    ana.send({ type: 'pubrec', packetId: one, reasonCode: 0 })
    await ana.expect('pubrel')
    expect(await ana.heard()).toEqual([])
    ana.send({ type: 'pubcomp', packetId: one, reasonCode: 0 })
    const [{ packetId: two = 0 } = {}] = await expectMessages(ana, 'two')
    ana.send({ type: 'pubrec', packetId: two, reasonCode: 0x80 })
    await expectMessages(ana, 'three')
  })

  it('[MQTT-4.9.0-2] what is sent again to a new connection counts there', async () => {
    const { ana, server } = await flooded(3, { cleanStart: false })
    await expectMessages(ana, '0', '1', '2')
    await ana.vanish()
    const back = await server.connect('ana', { ...kept, properties: { ...kept.properties, receiveMaximum: 2 } })
    const [first] = await expectMessages(back, '0', '1')
    expect(await back.heard()).toEqual([])
    if (first) acknowledge(back, first)
    expect((await expectMessages(back, '2'))[0]).toMatchObject({ dup: true })
  })

  it('[MQTT-4.9.0-3] a client that takes no more is served in everything else', async () => {
    const { ana, ben } = await flooded(1)
    await expectMessages(ana, '0')
    expect(await ana.subscribe('other')).toEqual([0])
    ben.publish('other', 'at most once')
    await expectMessages(ana, 'at most once')
    await sayOnce(ana, 'elsewhere', 'x')
    ana.send({ type: 'unsubscribe', packetId: 2, filters: ['other'] })
    await ana.expect('unsuback')
    ana.send({ type: 'pingreq' })
    await ana.expect('pingresp')
  })
})
