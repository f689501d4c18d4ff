import type { QoS } from '@daakia/protocol/mqtt'
import type { SessionName } from '../identity.js'
import type { Excess } from '../limits/port.js'
import type { Subscription } from '../state/sessions/port.js'
import type { FanOut } from './fan-out.js'
import type { FanOutRun } from './fan-out-run.js'

/** How one message reaches one session. */
export interface Terms {
  qos: QoS
  retain: boolean
  identifiers: readonly number[]
  /** The filter of the shared subscription by which it goes there: if it does not arrive, another member may have it. */
  share?: string
}

/** Somebody who can be asked to wait: nothing is read from it between `hold` and `release`. */
export interface Publisher {
  hold(): void
  release(): void
}

/** A session, as the router sees it. */
export interface Receiver {
  readonly name: SessionName
  /** Its QoS 1 and 2 messages wait in the store rather than in memory. */
  readonly persistent: boolean
  readonly connected: boolean
  /** Another node has it. */
  readonly isElsewhere: boolean
  /** Its socket takes no more for now. */
  readonly behind: boolean
  /** Sends the message, or keeps it in memory until it can. */
  deliver(message: FanOut, terms: Terms): void
  /** The same for a run of QoS 0. */
  forward(run: FanOutRun, terms: Terms): void
  /** Makes the publisher wait until this one has caught up; a slow receiver costs others this for a moment only. */
  holdBack(publisher: Publisher): void
  /** A message was left out of its queue in the store, which has no room. */
  missed(excess: Excess): void
  /** Something was added to its queue in the store. */
  wake(): void
}

/** One subscription of one session. */
export interface Subscriber {
  readonly receiver: Receiver
  readonly subscription: Subscription
}
