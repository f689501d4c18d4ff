import type { SessionName } from '../../identity.js'
import { boundedName } from '../../kv/bounded-name.js'
import { type Key, table } from '../../kv/port.js'
import type { QueuedMessage, SessionRecord } from './port.js'

/** [vendor, client, connection] */
export const sessions = table<SessionRecord>('sessions')

/** [vendor, client, connection, place] */
export const queues = table<Omit<QueuedMessage, 'place'>>('queues')

/** [] to the newest place in any queue: places are never used again. */
export const places = table<number>('places')

/** An MQTT client identifier may be longer than a key. */
export const sessionKey = ({ vendor, client, connection }: SessionName): Key => [
  vendor,
  client,
  boundedName(connection),
]
