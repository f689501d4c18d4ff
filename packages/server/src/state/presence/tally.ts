import type { Presence as ClientPresence } from '@daakia/protocol'
import type { Attendance } from './port.js'

export type Status = ClientPresence['status']

const ranks: Readonly<Record<Status, number>> = { offline: 0, away: 1, online: 2 }

/** The connections of one client, counted: most have one, and nothing is kept of each. */
export class Tally {
  status: Status = 'offline'
  since = 0
  #online = 0
  #away = 0
  /** Those of the above that take turns. */
  #onlineServing = 0
  #awayServing = 0

  /** @param serves only those connections count that take turns */
  constructor(public serves: boolean) {}

  get empty(): boolean {
    return this.#online === 0 && this.#away === 0
  }

  add({ status, serves }: Attendance, count: 1 | -1 = 1): void {
    if (status === 'online') this.#online += count
    else this.#away += count
    if (!serves) return
    if (status === 'online') this.#onlineServing += count
    else this.#awayServing += count
  }

  /** Takes what its connections say as its status, since then where that is another one. Answers whether it is. */
  settle(since: number): boolean {
    const status = this.#now()
    if (status === this.status) return false
    this.status = status
    this.since = since
    return true
  }

  /** What all of its connections say together. */
  get all(): Status {
    return statusOf(this.#online, this.#away)
  }

  /** What those say that take turns. */
  get serving(): Status {
    return statusOf(this.#onlineServing, this.#awayServing)
  }

  #now(): Status {
    return this.serves ? this.serving : this.all
  }
}

const statusOf = (online: number, away: number): Status => {
  if (online > 0) return 'online'
  return away > 0 ? 'away' : 'offline'
}

/** Whether the first is more than the second. */
export const outranks = (status: Status, other: Status): boolean => ranks[status] > ranks[other]
