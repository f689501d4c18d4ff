import { table } from '../../kv/port.js'
import type { QueueFailure, QueueOwner } from './port.js'

/** [vendor, client, group] to the offset up to which everything is handled. */
export const queueFloors = table<number>('queue-floors')

/** [vendor, client, group, conversation] to the `seq` up to which it is handled, beyond the floor. */
export const queueHandled = table<number>('queue-handled')

/** [vendor, client, group, conversation, seq] */
export const queueFailures = table<QueueFailure>('queue-failures')

/** [vendor, client, group, conversation, seq] of what is to be handled once more. */
export const queueAgain = table<true>('queue-again')

/** [vendor, client, group] to the node that works on it, or has done so last. */
export const queueOwners = table<QueueOwner>('queue-owners', { hot: true })
