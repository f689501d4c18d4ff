import type { Counters } from '../counters.js'
import type { Traffic } from '../limits/port.js'

/** Where a message is counted that did not reach somebody it was for. */
export interface Losses {
  counters: Counters
  /** Of the vendor. */
  traffic: Traffic
}

/** Counts it, or several, by what became of it. */
export const countLost = (
  { counters, traffic }: Losses,
  why: 'shed' | 'expired' | 'oversized' | 'withheld',
  messages = 1,
): void => {
  counters[why] += messages
  traffic.publishesDropped += messages
}
