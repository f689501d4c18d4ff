import { table } from '../kv/port.js'

/** [vendor, client, offset] to the pointer. */
export const inboxes = table<readonly [conversation: string, seq: number]>('inboxes', { followed: true })

/** [vendor, client] to the highest offset whose pointer was removed. */
export const trims = table<number>('inbox-trims')

/** [vendor, client, connection] to the offset up to which the session has it. */
export const cursors = table<number>('cursors')

/** [partition] to the position of its feed up to which it was projected. */
export const watermarks = table<number>('watermarks')

/** [0] to the epoch of all inboxes in this store, [1] to the restore that it was made after; 0 where there was none. */
export const epochs = table<number>('inbox-epoch')
