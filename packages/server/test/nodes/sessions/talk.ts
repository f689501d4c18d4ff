import { expect } from 'vitest'
import type { House } from '../../support/house.js'
import { type Peer, textOf } from '../../support/peer.js'

export const kept = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } }

/** Waits for these messages, and acknowledges those of QoS 1. */
export const hears = async (peer: Peer, ...texts: string[]) => {
  const packets = []
  for (const text of texts) {
    const packet = await peer.expect('publish')
    expect(textOf(packet)).toBe(text)
    if (packet.qos === 1) peer.send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: 0 })
    packets.push(packet)
  }
  return packets
}

let speakers = 0

/** Publishes by a connection of its own, and answers the reason code of PUBACK or PUBREC. */
export const say = async (house: House, topic: string, text: string, qos: 1 | 2 = 1, retain = false) => {
  const speaker = await house.connect(`speaker-${++speakers}`)
  speaker.publish(topic, text, { qos, retain, packetId: 1 })
  const { reasonCode } = await speaker.expect(qos === 1 ? 'puback' : 'pubrec')
  if (qos === 2) {
    speaker.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
    await speaker.expect('pubcomp')
  }
  await speaker.disconnect()
  return reasonCode
}

/** The client of a session that is kept comes back. */
export const returns = (house: House, client: string, fields = {}) => house.connect(client, { ...kept, ...fields })

/** Tries until it is so: letters take their time. */
export const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

export const listed = async (house: House): Promise<string[]> => {
  const sessions = await house.broker.desk.list({ vendor: 'dev' }, undefined, 10)
  return sessions.map(({ client, connected }) => `${client} ${connected ? 'is there' : 'is away'}`)
}

export const isAway = (house: House, client: string): Promise<void> =>
  until(async () => (await listed(house)).includes(`${client} is away`))
