import type { ConnectPacket, PublishPacket, SubscriptionRequest } from '@daakia/protocol/mqtt'
import { expect, onTestFinished } from 'vitest'
import { type ByteStream, streamPair } from '../../src/connection-manager/index.js'
import { type House, type HouseOptions, openHouse } from '../support/house.js'
import { Peer, type PublishFields, textOf } from '../support/peer.js'

/** CONNECT fields of MQTT 5 for a session that outlives its connection by an hour. */
export const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3_600 } }

/** The same in MQTT 3.1.1. */
export const kept4 = { version: 4, cleanStart: false } as const

/** For tests that hold in both versions: the fields of a CONNECT, with a session that is kept and without. */
export const bothVersions = [
  { name: 'MQTT 5', plain: { version: 5 }, kept: { version: 5, ...kept } },
  { name: 'MQTT 3.1.1', plain: { version: 4 }, kept: kept4 },
] as const

/** Connection manager and broker at work; closed when the test is over. */
export const house = async (options?: HouseOptions): Promise<House> => {
  const opened = await openHouse(options)
  onTestFinished(() => opened.close())
  return opened
}

/** Stops the server, and starts another one over the same storage. */
export const restarted = async (opened: House): Promise<House> => {
  const next = await opened.restart()
  onTestFinished(() => next.close())
  return next
}

/** In memory everything happens in promises, none of which is left when a turn of the event loop is over. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Publishes at QoS 1, and waits for the PUBACK, which it answers. */
export const say = async (peer: Peer, topic: string, payload: string, fields: PublishFields = {}) => {
  peer.publish(topic, payload, { qos: 1, packetId: 1, ...fields })
  return peer.expect('puback')
}

/** Publishes at QoS 2, through all four steps. */
export const sayOnce = async (peer: Peer, topic: string, payload: string, fields: PublishFields = {}) => {
  const packetId = fields.packetId ?? 1
  peer.publish(topic, payload, { qos: 2, packetId, ...fields })
  const pubrec = await peer.expect('pubrec')
  peer.send({ type: 'pubrel', packetId, reasonCode: 0 })
  await peer.expect('pubcomp')
  return pubrec
}

export const acknowledge = (peer: Peer, { packetId = 0 }: PublishPacket, reasonCode = 0): void =>
  peer.send({ type: 'puback', packetId, reasonCode })

/** The next packets have to be these messages, in this order. */
export const expectMessages = async (peer: Peer, ...texts: string[]): Promise<PublishPacket[]> => {
  const packets: PublishPacket[] = []
  for (const text of texts) {
    const packet = await peer.expect('publish')
    expect(textOf(packet)).toBe(text)
    packets.push(packet)
  }
  return packets
}

/** Subscribes to several filters in one packet, and waits for its SUBACK. */
export const subscribeAll = async (peer: Peer, subscriptions: readonly SubscriptionRequest[], packetId = 7) => {
  peer.send({ type: 'subscribe', packetId, subscriptions })
  return peer.expect('suback')
}

/** Ends subscriptions in one packet, and waits for its UNSUBACK. */
export const unsubscribe = async (peer: Peer, ...filters: string[]) => {
  peer.send({ type: 'unsubscribe', packetId: 8, filters })
  return peer.expect('unsuback')
}

/** The connection has to end now, and with this reason code where it is said in MQTT 5. */
export const expectEnd = async (peer: Peer, reasonCode?: number): Promise<void> => {
  if (reasonCode !== undefined) expect(await peer.expect('disconnect')).toMatchObject({ reasonCode })
  expect(await peer.next()).toBeUndefined()
}

/** Bytes that were written by hand. */
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

export const letters = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A text with its length before it. */
export const field = (text: string): readonly number[] => [0, text.length, ...letters(text)]

/** A CONNECT by hand, from its protocol name on. */
export const connectBytes = (...body: readonly number[]): Uint8Array => bytes(0x10, body.length, ...body)

/** A client that has connected, and the bytes that came since it was last asked for them. */
export const overheard = async (server: House, clientId: string, fields: Partial<ConnectPacket> = {}) => {
  const [near, far] = streamPair()
  server.accept(far)
  let heard: Uint8Array[] = []
  const peer = new Peer(
    overhearing(near, (chunk) => heard.push(chunk)),
    fields.version,
  )
  const connack = await peer.connect({ clientId, ...fields })
  const takeBytes = (): Uint8Array => {
    const taken = Uint8Array.from(Buffer.concat(heard))
    heard = []
    return taken
  }
  return Object.assign(peer, { connack, takeBytes })
}

const overhearing = (stream: ByteStream, hear: (chunk: Uint8Array) => void): ByteStream => ({
  remote: stream.remote,
  open: (events) =>
    stream.open({
      ...events,
      data(chunk) {
        hear(chunk.slice())
        events.data(chunk)
      },
    }),
  write: (chunk) => stream.write(chunk),
  pause: () => stream.pause(),
  resume: () => stream.resume(),
  end: () => stream.end(),
  destroy: () => stream.destroy(),
})
