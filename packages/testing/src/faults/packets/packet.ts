import type { PacketKind } from './packet-kind.js'

/** A packet as it lies in a stream. */
export interface WholePacket {
  kind: PacketKind
  bytes: Uint8Array
  /** Where its body begins. */
  bodyStart: number
}

/** What is answered, and the kinds of that answer. */
const answers = {
  connect: ['connack'],
  publish: ['puback', 'pubrec'],
  subscribe: ['suback'],
  unsubscribe: ['unsuback'],
} as const satisfies Partial<Record<PacketKind, readonly PacketKind[]>>

/**
 * A packet that is answered.
 *
 * @example
 * const kind: AnsweredPacketKind = 'publish'
 * chat.user('ana').connection.duplicates(kind)
 */
export type AnsweredPacketKind = keyof typeof answers

/** Whether this packet is answered: a publish of QoS 0 is not. */
export const isAnswered = ({ kind, bytes }: WholePacket): boolean => kind !== 'publish' || qosOf(bytes) > 0

/** Whether one packet answers another one. */
export const isAnswerTo = (asked: WholePacket, packet: WholePacket): boolean => {
  const kinds: readonly PacketKind[] = answers[asked.kind as AnsweredPacketKind] ?? []
  if (!kinds.includes(packet.kind)) return false
  return asked.kind === 'connect' || idOf(asked) === idOf(packet)
}

/** @throws RangeError where nothing answers it */
export const checkAnswered = (kind: PacketKind): void => {
  if (Object.hasOwn(answers, kind)) return
  throw new RangeError(`Nothing answers a ${kind}: there are ${Object.keys(answers).join(', ')}`)
}

const qosOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) >> 1) & 3

/** The Packet Identifier (2.2.1): of a PUBLISH behind its topic, else at the beginning of the body. */
const idOf = ({ kind, bytes, bodyStart }: WholePacket): number => {
  const at = kind === 'publish' ? bodyStart + 2 + numberAt(bytes, bodyStart) : bodyStart
  return numberAt(bytes, at)
}

const numberAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
