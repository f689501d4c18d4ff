import type { SessionName } from '../../identity.js'
import type { Key, Transaction } from '../../kv/port.js'
import { type ClientRecord, clientRecords, type NodeStatus, recordsOfRuns } from './shared-tables.js'
import { lastSeen, servers } from './tables.js'
import { outranks, type Status } from './tally.js'

export type ClientName = Pick<SessionName, 'vendor' | 'client'>

/** What a client is on one run of a node from now on. */
export interface RunChange extends ClientName {
  /** Absent: it has no connection there. */
  status?: NodeStatus
  /** What it was there for a moment of which nothing was written; it has no connection there now. */
  was?: NodeStatus
  /** When that began. */
  since: number
  /** It is known by now for one that takes turns. */
  serves?: boolean
}

/** What became of a client by a change. */
export interface Outcome {
  /** Whether it is another presence than before. */
  isNews: boolean
  /** Runs, besides the one that has changed, on which it has connections. */
  others: readonly string[]
}

/** Writes what a client is on one run, and what it is over all of them by that. */
export const writeChange = (
  tx: Transaction,
  run: string,
  change: RunChange,
  isAlive: (run: string) => boolean,
): Outcome => {
  const key = [change.vendor, change.client]
  const before = tx.get(clientRecords, key)
  const at = statusesAfter(before?.at, run, change, isAlive)
  const serves = isServer(tx, key, change)
  const status = statusOver(Object.values(at), serves)
  const was = before?.status ?? statusOver(change.was ? [change.was] : [], serves)
  const since = status === was ? (before?.since ?? change.since) : Math.max(change.since, before?.since ?? 0)
  writeRecord(tx, key, before, { status, since, at })
  if (status === 'offline' && was !== status) tx.put(lastSeen, key, since)
  return { isNews: status !== was, others: Object.keys(at).filter((each) => each !== run) }
}

/** One that is back counts as what it is now, not as what it was on a node that died. */
const statusesAfter = (
  before: ClientRecord['at'] = {},
  run: string,
  { status }: RunChange,
  isAlive: (run: string) => boolean,
): ClientRecord['at'] => {
  const others = Object.entries(before).filter(
    ([other, theirs]) => other !== run && (isAlive(other) || !status || isMore(theirs, status)),
  )
  return Object.fromEntries(status ? [...others, [run, status]] : others)
}

const isMore = (one: NodeStatus, other: NodeStatus): boolean =>
  outranks(one.all, other.all) || outranks(one.serving, other.serving)

const isServer = (tx: Transaction, key: Key, { serves }: RunChange): boolean => {
  const known = tx.get(servers, key) ?? false
  if (serves && !known) tx.put(servers, key, true)
  return known || serves === true
}

const statusOver = (statuses: readonly NodeStatus[], serves: boolean): Status =>
  statuses
    .map(({ all, serving }) => (serves ? serving : all))
    .reduce<Status>((most, each) => (outranks(each, most) ? each : most), 'offline')

const writeRecord = (tx: Transaction, key: Key, before: ClientRecord | undefined, after: ClientRecord): void => {
  const [was, now] = [before?.at ?? {}, after.at]
  for (const run of Object.keys(was)) if (!now[run]) tx.remove(recordsOfRuns, [run, ...key])
  for (const run of Object.keys(now)) if (!was[run]) tx.put(recordsOfRuns, [run, ...key], true)
  if (Object.keys(now).length === 0) {
    if (before) tx.remove(clientRecords, key)
  } else if (!before || !isSame(before, after)) tx.put(clientRecords, key, after)
}

const isSame = (one: ClientRecord, other: ClientRecord): boolean =>
  one.status === other.status && one.since === other.since && isSameAt(one.at, other.at)

const isSameAt = (one: ClientRecord['at'], other: ClientRecord['at']): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([run, { all, serving }]) => other[run]?.all === all && other[run]?.serving === serving)
