import type { Delivery, Refused, Sent } from '../../broker/exchange/port.js'

/** A connection that takes messages of a queue: of this node, or of another. */
export interface Taker {
  readonly name: { readonly connection: string }
  readonly closed: boolean
  /** False where it has no room: then it says by `whenRoom` when it has. */
  send(delivery: Delivery): Sent
  whenRoom(run: () => void): void
}

/** Acknowledges a delivery that was not sent, for the connection has no room after all. */
export const noRoomThere: Refused = { reasonCode: 0x97, reason: 'the connection has no room' }
