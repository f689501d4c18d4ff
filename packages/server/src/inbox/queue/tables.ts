import { table } from '../../kv/port.js'
import type { Handled, QueueFailure, QueueOwner } from './port.js'

/** [vendor, client, group] to the offset up to which everything is handled. */
export const queueFloors = table<number>('queue-floors')

/** The `seq` of a message; with its line where the conversation's partition had gone back when it was said. */
export type StoredHandled = number | readonly [seq: number, line: number]

/** [vendor, client, group, conversation] to up to where it is handled, beyond the floor. */
export const queueHandled = table<StoredHandled>('queue-handled')

export const storedHandled = ({ seq, line = 0 }: Handled): StoredHandled => (line === 0 ? seq : [seq, line])

export const handledOf = (stored: StoredHandled): Handled =>
  typeof stored === 'number' ? { seq: stored } : { seq: stored[0], line: stored[1] }

/** [vendor, client, group, conversation, seq] */
export const queueFailures = table<QueueFailure>('queue-failures')

/** [vendor, client, group, conversation, seq] of what is to be handled once more. */
export const queueAgain = table<true>('queue-again')

/** [vendor, client, group] to the node that works on it, or has done so last. */
export const queueOwners = table<QueueOwner>('queue-owners', { hot: true })
