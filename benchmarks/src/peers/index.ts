import { aedes, aedes2 } from './aedes.js'
import { daakia } from './daakia.js'
import { lmdb } from './lmdb.js'
import { mosquitto } from './mosquitto.js'
import { nats, natsMqtt } from './nats.js'
import type { Peer } from './port.js'
import { relay } from './relay.js'

/** In the order of their columns. */
export const peers: readonly Peer[] = [daakia, mosquitto, nats, natsMqtt, aedes, aedes2, relay, lmdb]
export type { Ability, Peer, Place, Running } from './port.js'
