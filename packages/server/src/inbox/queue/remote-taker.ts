import type { Delivery, Refused } from '../../broker/exchange/port.js'
import type { SentDelivery } from './queue-letters.js'
import { noRoomThere, type Taker } from './taker.js'

/** A connection of another node, to which deliveries go by letter. */
export class RemoteTaker implements Taker {
  closed = false
  readonly #flights = new Map<number, (refused?: Refused) => void>()
  #given = 0
  #room = () => {}

  constructor(
    readonly name: { readonly connection: string },
    private readonly give: (flight: number, delivery: SentDelivery) => void,
  ) {}

  send({ acknowledged = () => {}, ...delivery }: Delivery): boolean {
    const flight = ++this.#given
    this.#flights.set(flight, acknowledged)
    this.give(flight, delivery)
    return true
  }

  whenRoom(run: () => void): void {
    this.#room = run
  }

  acknowledged(flight: number, refused: Refused | undefined): void {
    const acknowledged = this.#flights.get(flight)
    this.#flights.delete(flight)
    acknowledged?.(refused)
  }

  full(flight: number): void {
    this.acknowledged(flight, noRoomThere)
  }

  room(): void {
    this.#room()
  }

  /** Its node knows of these alone: the others did not arrive, or their acknowledgements did not. */
  reconcile(holds: readonly number[]): void {
    for (const flight of [...this.#flights.keys()])
      if (!holds.includes(flight))
        this.acknowledged(flight, { reasonCode: 0x80, reason: 'what became of it was lost between two nodes' })
  }
}
