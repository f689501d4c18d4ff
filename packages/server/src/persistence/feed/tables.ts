import { table } from '../../kv/port.js'
import type { MembershipEntry } from '../port.js'

/** One place of a conversation's journal, as clients of other partitions are to know of it. */
export interface FedEntry {
  /** 0: the founding. */
  seq: number
  /** Those of them in whose inboxes it is to be; absent where it is nobody's. */
  members?: readonly string[]
  change?: Omit<MembershipEntry, 'vendor' | 'conversation' | 'seq'>
}

/** [vendor, conversation] to what may not have come to all clients of other partitions, in order; absent where all has. */
export const feeds = table<readonly FedEntry[]>('feeds')

/** [vendor, conversation], in each partition that has clients of it, to the `seq` up to which they have all of its feed. */
export const projected = table<number>('projected')
