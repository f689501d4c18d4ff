import type { AcknowledgementPacket, SubackPacket, UnsubackPacket, UserProperty } from '@daakia/protocol/mqtt'
import { Refused } from '../../errors.js'
import { refusalOf } from './refusal.js'

export type Answer = AcknowledgementPacket | SubackPacket | UnsubackPacket

/** Who waits for the answer to a packet. */
export interface Request {
  readonly answer: Answer['type']
  resolve(userProperties: readonly UserProperty[]): void
  reject(reason: Error): void
}

const mostRequests = 65_535
const none: readonly UserProperty[] = []

/** What was sent and has not been answered yet, by packet identifier. */
export class Requests {
  readonly #open = new Map<number, Request>()
  #lastId = 0

  /** Answers the packet identifier that it goes under. @throws Refused where every one is in use */
  open(request: Request): number {
    if (this.#open.size === mostRequests)
      throw new Refused(
        0x97,
        `${mostRequests} requests wait for their answers: wait for some of them before you send more.`,
      )
    do this.#lastId = (this.#lastId % mostRequests) + 1
    while (this.#open.has(this.#lastId))
    this.#open.set(this.#lastId, request)
    return this.#lastId
  }

  /** It was not sent after all. */
  withdraw(packetId: number): void {
    this.#open.delete(packetId)
  }

  /** Settles the request that this answers; what answers none is left alone. */
  settle(answer: Answer): void {
    const request = this.#open.get(answer.packetId)
    if (request?.answer !== answer.type) return
    this.#open.delete(answer.packetId)
    const refusal = refusalOf(answer)
    if (refusal) request.reject(refusal)
    else request.resolve(answer.properties?.userProperties ?? none)
  }

  /** None of them will be answered. */
  abandon(reason: Error): void {
    const abandoned = [...this.#open.values()]
    this.#open.clear()
    for (const request of abandoned) request.reject(reason)
  }
}
