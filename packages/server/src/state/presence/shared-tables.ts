import { table } from '../../kv/port.js'
import type { Status } from './tally.js'

/** What the connections of a client on one node say: all of them together, and those that take turns. */
export interface NodeStatus {
  all: Status
  serving: Status
}

/** A client that has connections, or had some a moment ago. */
export interface ClientRecord {
  status: Status
  since: number
  /** By the run of the node that has them. */
  at: Readonly<Record<string, NodeStatus>>
}

/** What a node does under one name, until others have taken it for dead. */
export interface Run {
  node: string
  /** When it is known to have lived. */
  at: number
  /** Others give up what it had: it may not write any more. */
  over?: true
}

/** [vendor, client] */
export const clientRecords = table<ClientRecord>('presence-clients')

/** [run, vendor, client] of the records in which the run is. */
export const recordsOfRuns = table<true>('presence-of-runs')

/** [run] */
export const runs = table<Run>('presence-runs')
