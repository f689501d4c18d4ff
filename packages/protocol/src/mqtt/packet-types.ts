import { acknowledgement } from './codecs/acknowledgement.js'
import { auth } from './codecs/auth.js'
import type { Codec } from './codecs/codec.js'
import { connack } from './codecs/connack.js'
import { connect } from './codecs/connect.js'
import { disconnect } from './codecs/disconnect.js'
import { pingreq, pingresp } from './codecs/ping.js'
import { suback } from './codecs/suback.js'
import { subscribe } from './codecs/subscribe.js'
import { unsuback } from './codecs/unsuback.js'
import { unsubscribe } from './codecs/unsubscribe.js'
import type { Packet, ProtocolVersion } from './packets.js'
import type { Role } from './reader.js'

/** What the fixed header of a packet says: its type, the flags it must have, and who may send it (2.1.2, 2.1.3). */
export interface PacketType {
  readonly code: number
  readonly type: Packet['type']
  /** The low four bits; PUBLISH has its own. */
  readonly flags: number
  /** Who may receive it, by version. */
  readonly receivers: Record<ProtocolVersion, readonly Role[]>
}

/** A packet that has one codec for its whole body; PUBLISH is read and written by itself, being the busy one. */
export interface OrdinaryType extends PacketType {
  readonly codec: Codec<Packet>
}

const both: readonly Role[] = ['server', 'client']
const toServer: readonly Role[] = ['server']
const toClient: readonly Role[] = ['client']
const nobody: readonly Role[] = []

/** The PUBLISH row of table 2-1. */
export const publishType: PacketType = { code: 3, type: 'publish', flags: 0, receivers: { 4: both, 5: both } }

const ordinary = <P extends Packet>(
  code: number,
  type: P['type'],
  codec: Codec<P>,
  receivers: readonly Role[],
  { flags = 0, receiversIn4 = receivers }: { flags?: number; receiversIn4?: readonly Role[] } = {},
): OrdinaryType => ({
  code,
  type,
  flags,
  receivers: { 4: receiversIn4, 5: receivers },
  codec: codec as unknown as Codec<Packet>,
})

/** The other rows of table 2-1. */
export const ordinaryTypes: readonly OrdinaryType[] = [
  ordinary(1, 'connect', connect, toServer),
  ordinary(2, 'connack', connack, toClient),
  ordinary(4, 'puback', acknowledgement('puback'), both),
  ordinary(5, 'pubrec', acknowledgement('pubrec'), both),
  ordinary(6, 'pubrel', acknowledgement('pubrel'), both, { flags: 2 }),
  ordinary(7, 'pubcomp', acknowledgement('pubcomp'), both),
  ordinary(8, 'subscribe', subscribe, toServer, { flags: 2 }),
  ordinary(9, 'suback', suback, toClient),
  ordinary(10, 'unsubscribe', unsubscribe, toServer, { flags: 2 }),
  ordinary(11, 'unsuback', unsuback, toClient),
  ordinary(12, 'pingreq', pingreq, toServer),
  ordinary(13, 'pingresp', pingresp, toClient),
  ordinary(14, 'disconnect', disconnect, both, { receiversIn4: toServer }),
  ordinary(15, 'auth', auth, both, { receiversIn4: nobody }),
]
