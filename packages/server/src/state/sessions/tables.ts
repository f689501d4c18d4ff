import type { SessionName } from '../../identity.js'
import { boundedName } from '../../kv/bounded-name.js'
import { type Key, table } from '../../kv/port.js'
import type { QueuedMessage, SessionRecord } from './port.js'
import type { Load } from './queue-charges.js'
import type { QueueingRecord } from './sure-queueing.js'

/** [vendor, client, connection] */
export const sessions = table<SessionRecord>('sessions')

/** [vendor, client, connection, place] */
export const queues = table<Omit<QueuedMessage, 'place'>>('queues')

/** [0] to the newest place in any queue: places are never used again. */
export const places = table<number>('places')

/** What the queue of a session has, and its newest place: where several nodes add to it. */
export interface QueueLoad extends Load {
  last: number
}

/** [vendor, client, connection] */
export const queueLoads = table<QueueLoad>('queue-loads')

/** [vendor, client, connection, packetId] of a QoS 2 message that is being put into queues of several partitions. */
export const queueings = table<QueueingRecord>('queueings')

/** [token] in each partition whose queues have the message of that name, until all have. */
export const queueingsDone = table<true>('queueings-done')

/** An MQTT client identifier may be longer than a key. */
export const sessionKey = ({ vendor, client, connection }: SessionName): Key => [
  vendor,
  client,
  boundedName(connection),
]
