import type { PingreqPacket, PingrespPacket } from '../packets.js'
import type { Codec } from './codec.js'

/** PINGREQ (3.12). */
export const pingreq: Codec<PingreqPacket> = { read: () => ({ type: 'pingreq' }), write() {} }

/** PINGRESP (3.13). */
export const pingresp: Codec<PingrespPacket> = { read: () => ({ type: 'pingresp' }), write() {} }
