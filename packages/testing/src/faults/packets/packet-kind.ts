/**
 * A packet of MQTT by its kind, as the standard names it.
 *
 * @example
 * const kind: PacketKind = 'puback'
 * chat.user('ana').connection.drops(kind)
 */
export type PacketKind =
  | 'connect'
  | 'connack'
  | 'publish'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'subscribe'
  | 'suback'
  | 'unsubscribe'
  | 'unsuback'
  | 'pingreq'
  | 'pingresp'
  | 'disconnect'
  | 'auth'

/**
 * An end of a connection: a person or a bot, or the server.
 *
 * @example
 * const from: Side = 'server'
 * chat.user('ana').connection.drops('publish', { from })
 */
export type Side = 'client' | 'server'

/**
 * Who sends it. Where both may, the first one is meant by default: a publish by which somebody speaks, and the packets that
 * answer it.
 */
const senders: Readonly<Record<PacketKind, readonly [Side, ...Side[]]>> = {
  connect: ['client'],
  connack: ['server'],
  publish: ['client', 'server'],
  puback: ['server', 'client'],
  pubrec: ['server', 'client'],
  pubrel: ['client', 'server'],
  pubcomp: ['server', 'client'],
  subscribe: ['client'],
  suback: ['server'],
  unsubscribe: ['client'],
  unsuback: ['server'],
  pingreq: ['client'],
  pingresp: ['server'],
  disconnect: ['client', 'server'],
  auth: ['client', 'server'],
}

/** In the order of their codes, from 1 (table 2-1). */
const kinds = Object.keys(senders) as PacketKind[]

/** @param firstByte of the packet, whose upper half is the code */
export const kindOf = (firstByte: number): PacketKind => kinds[(firstByte >> 4) - 1] as PacketKind

/** @throws RangeError where there is no packet of that kind */
export const checkKind = (kind: PacketKind): void => {
  if (!Object.hasOwn(senders, kind))
    throw new RangeError(`"${kind}" is no packet of MQTT: there are ${kinds.join(', ')}`)
}

/** Who is meant. @throws RangeError where that side sends no such packet, or there is none of that kind */
export const senderOf = (kind: PacketKind, from: Side | undefined): Side => {
  checkKind(kind)
  const all = senders[kind]
  if (from === undefined || all.includes(from)) return from ?? all[0]
  throw new RangeError(`A ${from} sends no ${kind}: leave out "from"`)
}

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')
