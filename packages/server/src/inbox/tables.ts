import { table } from '../kv/port.js'

/**
 * A place in a journal; with the line on which it was said, where the conversation's partition had gone back before, and
 * whether something is lost that may have been heard before it.
 */
export type Pointer = readonly [conversation: string, seq: number, line?: number, begins?: true]

/** [vendor, client, offset] to the pointer; to `seq` 0 where what it led to is lost. */
export const inboxes = table<Pointer>('inboxes', { followed: true })

/** [vendor, client] to the highest offset whose pointer was removed. */
export const trims = table<number>('inbox-trims')

/** [vendor, client, connection] to the offset up to which a session has the inbox. */
export const cursors = table<number>('cursors')

/**
 * [vendor, client, connection] to the offset of the cursor with which a session is to be told `resync`. Says nothing where the
 * cursor stands elsewhere: a node that knows nothing of this has moved it.
 */
export const resyncs = table<number>('inbox-resyncs', { seldom: true })

/** [partition] to the position of its feed up to which it was projected. */
export const watermarks = table<number>('watermarks')

/** [0] to the epoch of all inboxes in this store, [1] to the restore that it was made after; 0 where there was none. */
export const epochs = table<number>('inbox-epoch')
