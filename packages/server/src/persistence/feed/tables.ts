import { table } from '../../kv/port.js'
import type { MembershipEntry } from '../port.js'
import type { Fingerprints } from './fingerprints.js'

/** One place of a conversation's journal, as clients of other partitions are to know of it. */
export interface FedEntry {
  /** 0: the founding. */
  seq: number
  /** Those of them in whose inboxes it is to be; absent where it is nobody's. */
  members?: readonly string[]
  change?: Omit<MembershipEntry, 'vendor' | 'conversation' | 'seq'>
  /** Tells it from what else may have had its place. Absent where an older node has put it there. */
  fingerprint?: number
}

/** [vendor, conversation] to what may not have come to all clients of other partitions, in order; absent where all has. */
export const feeds = table<readonly FedEntry[]>('feeds', { hot: true })

/**
 * [vendor, conversation], in each partition that has clients of it, to the `seq` up to which they have all of its feed; with the
 * line on which that is, where the conversation's partition went back, whether its clients are still to be told so, and what the newest
 * places had, up to that one (`fingerprints.ts`).
 */
export const projected = table<
  number | readonly [seq: number, line: number, untold?: boolean, fingerprints?: Fingerprints]
>('projected')

/**
 * After this `seq` the conversation went on, when its partition had gone back so often. -1: it was founded then. What was said there, up to
 * `unnoticed`, when nobody had noticed that, was taken for what is on an older line: pointers beside it bear that.
 */
export type Break = readonly [line: number, after: number, unnoticed?: number]

/** [vendor, conversation] to where it went on after its partition went back, in order; absent where it never did. */
export const breaks = table<readonly Break[]>('breaks')

/** How often a partition had gone back when conversations were looked through; with the last of them that was, while that is under way. */
export type WalkMark = readonly [count: number, vendor?: string, conversation?: string]

/** [partition], in each other one, to how often that had gone back when it was heard of: should it know of less, it is told. */
export const heardSetbacks = table<number>('heard-setbacks')

/** [partition], in each other one: what that has lost was taken away here. */
export const reconciled = table<WalkMark>('reconciled')

/** [partition, walk], in each other one: what has been lost here was brought again from there. */
export const refilled = table<WalkMark>('refilled')
