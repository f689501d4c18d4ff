import { table } from '../../kv/port.js'

/** What is stored of a client that is there. */
export interface PresentRecord {
  status: 'online' | 'away'
  since: number
  /** Which run of the server has seen it. */
  run: number
}

/** [vendor, client], of those that are there: few of all that were ever seen, so that a start reads these alone. */
export const present = table<PresentRecord>('presence-present')

/** [vendor, client] to the time since which it is offline. */
export const lastSeen = table<number>('presence-last-seen')

/** [vendor, client], of clients that have taken turns. */
export const servers = table<true>('presence-servers')

/** [run] to a time at which that run of the server is known to have lived. */
export const alive = table<number>('presence-alive')
