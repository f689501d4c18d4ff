import type { FanOut } from '../fan-out.js'
import type { Terms } from '../subscriber.js'

/** Messages of plain MQTT that wait for a session, and their way to it. */
export interface Outgoing {
  /** Takes a message of QoS 1 or 2. */
  push(message: FanOut, terms: Terms): void
  /** Sends as much as there is room for. */
  pump(): void
  /** Something was added to the queue in the store. */
  wake(): void
}
