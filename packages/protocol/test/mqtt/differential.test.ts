import { type ConnectPacket, encode, type Packet, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packetKinds } from './support/arbitraries.js'
import { decodeAll, decoderFor } from './support/decoding.js'
import { generate, parse, toForeign } from './support/mqtt-packet.js'

/**
 * Where mqtt-packet differs, and packets that keep out of its way:
 * - it keeps user properties in a plain object: their order is lost, equal names come together, names such as
 *   `toString` or `0` do not come back as they went, and of two equal names the first is lost where its value is empty;
 * - it refuses a DISCONNECT with 0x8C, which table 2-6 allows and 3.14.2.1 does not list;
 * - it refuses to write a password without a user name, which MQTT 5 allows (3.1.2.9).
 */
const onCommonGround = (packet: Packet): Packet => {
  const grouped = withGroupedNames(packet)
  if (grouped.type === 'connect') return commonConnect(grouped)
  const refused = grouped.type === 'disconnect' && grouped.reasonCode === ReasonCode.BadAuthenticationMethod
  return refused ? { ...grouped, reasonCode: ReasonCode.UnspecifiedError } : grouped
}

const commonConnect = (packet: ConnectPacket): ConnectPacket => ({
  ...packet,
  ...(packet.will && { will: withGroupedNames(packet.will) }),
  ...(packet.password && { username: packet.username ?? 'somebody' }),
})

const withGroupedNames = <T extends object>(holder: T): T =>
  'properties' in holder ? { ...holder, properties: groupNames(holder.properties as Properties) } : holder

const groupNames = (properties: Properties): Properties => {
  const pairs = properties.userProperties?.map(([name, value]) => [`name-${name}`, `value-${value}`] as const)
  const names = [...new Set(pairs?.map(([name]) => name))]
  const grouped = names.flatMap((name) => pairs?.filter((pair) => pair[0] === name) ?? [])
  return pairs ? { ...properties, userProperties: grouped } : properties
}

describe('mqtt-packet reads what is written here', () => {
  it.each(packetKinds)('$type in version $version to a $receiver', (kind) => {
    fc.assert(
      fc.property(kind.packets.map(onCommonGround), (packet) => {
        const [read] = parse(encode(packet, kind.version), kind.version)
        expect(read).toMatchObject(toForeign(packet, kind.version))
      }),
    )
  })
})

describe('What mqtt-packet writes is read here', () => {
  it.each(packetKinds)('$type in version $version to a $receiver', (kind) => {
    fc.assert(
      fc.property(kind.packets.map(onCommonGround), (packet) => {
        const written = generate(toForeign(packet, kind.version), kind.version)
        expect(decodeAll(decoderFor(kind), written)).toStrictEqual([packet])
      }),
    )
  })
})
