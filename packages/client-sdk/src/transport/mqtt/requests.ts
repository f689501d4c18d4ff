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

/**
 * What was sent and has not been answered yet, by packet identifier. An identifier is used again as soon as it is free: a
 * list as long as most were ever open at once costs less than a `Map`, which is remade every few packets.
 */
export class Requests {
  readonly #open: (Request | undefined)[] = []
  /** Identifiers that were in use before. */
  readonly #free: number[] = []

  /** Answers the packet identifier that it goes under. @throws Refused where every one is in use */
  open(request: Request): number {
    const packetId = this.#free.pop() ?? this.#open.length + 1
    if (packetId > mostRequests)
      throw new Refused(
        0x97,
        `${mostRequests} requests wait for their answers: wait for some of them before you send more.`,
      )
    this.#open[packetId - 1] = request
    return packetId
  }

  /** It was not sent after all. */
  withdraw(packetId: number): void {
    if (this.#open[packetId - 1]) this.#close(packetId)
  }

  /** Settles the request that this answers; what answers none is left alone. */
  settle(answer: Answer): void {
    const request = this.#open[answer.packetId - 1]
    if (request?.answer !== answer.type) return
    this.#close(answer.packetId)
    const refusal = refusalOf(answer)
    if (refusal) request.reject(refusal)
    else request.resolve(answer.properties?.userProperties ?? none)
  }

  #close(packetId: number): void {
    this.#open[packetId - 1] = undefined
    this.#free.push(packetId)
  }

  /** None of them will be answered. */
  abandon(reason: Error): void {
    for (const request of this.#open.splice(0)) request?.reject(reason)
    this.#free.length = 0
  }
}
