import { once } from 'node:events'
import { Decoder, encode, type Packet } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type OpenDoors, openDoors } from '../support/doors.js'
import { connectPacket, publishPacket, subscriptionRequest } from '../support/peer.js'

let doors: OpenDoors

beforeAll(async () => {
  const perClient = { connectsPerSecond: Number.POSITIVE_INFINITY }
  doors = await openDoors({ accountLimits: { perClient } })
})

afterAll(() => doors.close())

const conversation: readonly Packet[] = [
  connectPacket({ clientId: 'ana' }),
  { type: 'subscribe', packetId: 1, subscriptions: [subscriptionRequest('t', { qos: 1 })] },
  publishPacket('t', 'short', { qos: 0 }),
  publishPacket('t', 'x'.repeat(300), { qos: 2, packetId: 2 }),
  { type: 'pubrel', packetId: 2, reasonCode: 0 },
  { type: 'pingreq' },
  { type: 'disconnect', reasonCode: 0 },
]
const whole = Buffer.concat(conversation.map((packet) => encode(packet, 5)))

/** What the server answers to frames of these bytes, until it closes; frames of its own may be cut anywhere, too. */
const answersTo = async (frames: readonly Uint8Array[]): Promise<string[]> => {
  const socket = new WebSocket(doors.webSocketUrl, 'mqtt')
  const decoder = new Decoder({ role: 'client', version: 5, maximumPacketSize: 1 << 20 })
  socket.on('message', (data: Buffer) => decoder.push(data))
  await once(socket, 'open')
  const closed = once(socket, 'close')
  for (const frame of frames) socket.send(frame)
  await closed
  const types: string[] = []
  for (let packet = decoder.next(); packet; packet = decoder.next()) types.push(packet.type)
  return types
}

const cutAt = (places: readonly number[]): Uint8Array[] => {
  const edges = [0, ...new Set([...places].sort((a, b) => a - b)), whole.length]
  return edges.slice(1).map((end, i) => whole.subarray(edges[i], end))
}

const expected = ['connack', 'suback', 'publish', 'publish', 'pubrec', 'pubcomp', 'pingresp']

it('Packets that share one frame are taken as they come', async () => {
  expect((await answersTo([whole])).sort()).toEqual([...expected].sort())
})

it('Packets of which every byte has a frame of its own are taken as they come', async () => {
  const frames = cutAt(Array.from({ length: whole.length - 1 }, (_, n) => n + 1))
  expect((await answersTo(frames)).sort()).toEqual([...expected].sort())
})

it('Frames that are empty, or cut packets and glue them anywhere, change nothing [MQTT-6.0.0-2]', async () => {
  const places = fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(places, async (places) => {
      expect((await answersTo(cutAt(places))).sort()).toEqual([...expected].sort())
    }),
    { numRuns: 60 },
  )
})
