import { ordinal } from './ordinal.js'
import type { PacketKind, Side } from './packets/packet-kind.js'

/**
 * A packet at which a connection breaks: the `nth` one of its kind, from 1, that goes this way on the connections of somebody.
 *
 * @example
 * const point: LossPoint = { of: 'ana', packet: 'puback', from: 'server', nth: 2 }
 */
export interface LossPoint {
  /** A person or the device of one, as failures name it, or the id of a bot. */
  of: string
  packet: PacketKind
  from: Side
  nth: number
}

export const describedLoss = ({ of, packet, from, nth }: LossPoint): string =>
  `the connection of ${of} breaks at the ${ordinal(nth)} ${packet} from the ${from}, which is lost`

/** Which packets went, and which of them is to get lost. */
export class LossPlan {
  readonly #counts = new Map<string, number>()
  readonly #planned: LossPoint | undefined
  readonly reached: LossPoint[] = []
  #isDone = false
  #isOver = false

  constructor(planned?: LossPoint) {
    this.#planned = planned
  }

  /** It has got lost. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** The conversation is over: what goes from now on does not belong to it. */
  end(): void {
    this.#isOver = true
  }

  /** Notes that a packet goes. Answers whether it is the one. */
  pass(of: string, from: Side, packet: PacketKind): boolean {
    if (this.#isOver) return false
    const key = `${of} ${from} ${packet}`
    const nth = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, nth)
    this.reached.push({ of, packet, from, nth })
    const planned = this.#planned
    const isMeant = planned?.of === of && planned.from === from && planned.packet === packet && planned.nth === nth
    if (!isMeant || this.#isDone) return false
    this.#isDone = true
    return true
  }
}
