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

/** The offset up to which a session has an inbox; with whether it is to be told `resync` with what comes after it. */
export type StoredCursor = number | readonly [offset: number, resync: true]

/** [vendor, client, connection] */
export const cursors = table<StoredCursor>('cursors')

/** [partition] to the position of its feed up to which it was projected. */
export const watermarks = table<number>('watermarks')

/** [0] to the epoch of all inboxes in this store, [1] to the restore that it was made after; 0 where there was none. */
export const epochs = table<number>('inbox-epoch')
