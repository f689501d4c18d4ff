import { encode, type Packet, type PublishPacket } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TransportMessage } from '../../src/index.js'
import { FarEnd } from '../support/far-end.js'

const connack: Packet = { type: 'connack', sessionPresent: false, reasonCode: 0 }
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[#+\p{Cc}\p{Cn}]/gu, '-'))
const payload = fc.uint8Array({ maxLength: 20_000 })
const message = fc.record(
  {
    topic: name,
    payload,
    retain: fc.boolean(),
    contentType: name,
    responseTopic: name,
    correlationData: fc.uint8Array({ maxLength: 30 }),
    userProperties: fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['topic', 'payload', 'retain'] },
) as fc.Arbitrary<TransportMessage & { retain: boolean }>
const messages = fc.array(fc.tuple(message, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 12 })

const publishOf = ({
  topic,
  payload,
  retain,
  ...properties
}: TransportMessage & { retain: boolean }): PublishPacket => ({
  ...{ type: 'publish', topic, payload, retain, qos: 0, dup: false, properties },
})

const joined = (packets: readonly Packet[]) => Buffer.concat(packets.map((packet) => encode(packet, 5)))

const pieces = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other)
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
}

const plain = (value: TransportMessage) => ({
  ...value,
  payload: Buffer.from(value.payload),
  ...(value.correlationData && { correlationData: Buffer.from(value.correlationData) }),
})

describe('what comes', () => {
  test('is heard as it was sent, in order, wherever its bytes are cut, and acknowledged in order', () =>
    fc.assert(
      fc.asyncProperty(messages, fc.array(fc.nat(), { maxLength: 60 }), async (sent, cuts) => {
        const heard: TransportMessage[] = []
        const far = new FarEnd()
        const opening = far.connect({ message: (each) => heard.push(each) })
        const packets = sent.map(([each, qos], i) =>
          qos === 0 ? publishOf(each) : { ...publishOf(each), qos: 1 as const, packetId: i + 1 },
        )
        for (const piece of pieces(joined([connack, ...packets]), cuts)) far.sends(piece)
        await opening
        expect(heard.map(plain)).toEqual(sent.map(([each]) => plain(each)))
        const ids = packets.flatMap(({ packetId }) => packetId ?? [])
        const [, ...acknowledged] = await far.received()
        expect(acknowledged).toEqual(ids.map((packetId) => ({ type: 'puback', packetId, reasonCode: 0 })))
      }),
    ))

  test('is heard though it comes byte by byte', async () => {
    const heard: TransportMessage[] = []
    const far = new FarEnd()
    await far.accept({ message: (each) => heard.push(each) })
    const packet = publishOf({ topic: 'a', payload: Buffer.from('hello'), retain: false })
    for (const byte of joined([packet, packet])) far.sends(Uint8Array.of(byte))
    expect(heard.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['hello', 'hello'])
  })
})

describe('what is sent', () => {
  test('arrives as it was given, in the order of its QoS, each under a number of its own', () =>
    fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        const far = new FarEnd()
        const transport = await far.accept()
        const published = sent.map(([each, qos]) => transport.publish(each, { qos: qos as 0 | 1 }))
        const [, ...packets] = (await far.received()) as PublishPacket[]
        expect(
          packets.map(({ topic, payload, retain, properties }) => plain({ topic, payload, retain, ...properties })),
        ).toEqual(sent.map(([each]) => plain(each)))
        const ids = packets.flatMap(({ packetId }) => packetId ?? [])
        expect(new Set(ids).size).toBe(sent.filter(([, qos]) => qos === 1).length)
        far.says(...ids.map((packetId) => ({ type: 'puback' as const, packetId, reasonCode: 0 })))
        await Promise.all(published)
      }),
    ))

  test('goes out with one write for all of a tick', async () => {
    const far = new FarEnd()
    const transport = await far.accept()
    await far.received()
    const sent = Array.from({ length: 20 }, (_, i) =>
      transport.publish({ topic: `t/${i}`, payload: Buffer.from('hi') }, { qos: 0 }),
    )
    await Promise.all(sent)
    await far.received()
    expect(far.writes.map((packets) => packets.length)).toEqual([1, 20])
  })

  test('is not held back until the end of the tick where it is much', async () => {
    const far = new FarEnd()
    const transport = await far.accept()
    await far.received()
    void transport.publish({ topic: 'a', payload: new Uint8Array(100_000) }, { qos: 0 })
    expect(far.writes).toHaveLength(2)
  })

  test('leaves no trace of a message that is too large for the server', async () => {
    const far = new FarEnd()
    const transport = await far.accept({}, { maximumPacketSize: 100 })
    const sizes = [10, 200, 20]
    const sent = sizes.map((size) => transport.publish({ topic: 'a', payload: new Uint8Array(size) }, { qos: 0 }))
    await expect(sent[1]).rejects.toMatchObject({ name: 'Refused', reasonCode: 0x95 })
    const [, ...packets] = (await far.received()) as PublishPacket[]
    expect(packets.map(({ payload }) => payload.length)).toEqual([10, 20])
  })

  test('is copied: the payload may be used again', async () => {
    const far = new FarEnd()
    const transport = await far.accept()
    const payload = Buffer.from('one')
    void transport.publish({ topic: 'a', payload }, { qos: 0 })
    payload.write('two')
    expect((await far.received())[1]).toMatchObject({ payload: new TextEncoder().encode('one') })
  })

  test.each([
    ['a topic with a wildcard', { topic: 'room/+' }, 0x81],
    ['a topic that is empty', { topic: '' }, 0x82],
    ['text that is no Unicode', { contentType: '\ud800' }, 0x81],
  ])('is refused where MQTT forbids it: %s', async (_what, wrong, reasonCode) => {
    const far = new FarEnd()
    const transport = await far.accept()
    for (const qos of [0, 1] as const) {
      const publishing = transport.publish({ topic: 'a', payload: new Uint8Array(), ...wrong }, { qos })
      await expect(publishing).rejects.toMatchObject({ name: 'Refused', reasonCode })
    }
    await transport.publish({ topic: 'a', payload: new Uint8Array() }, { qos: 0 })
    expect(await far.received()).toHaveLength(2)
  })
})
