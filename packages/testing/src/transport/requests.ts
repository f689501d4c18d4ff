import { ConnectionLost } from '@daakia/client-sdk'
import type { Packet } from '@daakia/protocol/mqtt'

interface Request {
  /** Sends it under a packet identifier. */
  send(packetId: number): void
  resolve(answer: Packet): void
  reject(reason: Error): void
}

/** What was sent and has not been answered yet, by packet identifier. */
export class Requests {
  readonly #most: number
  readonly #open = new Map<number, Request>()
  readonly #waiting: Request[] = []
  #lastId = 0

  /** @param most how many the server takes at once; more wait for their turn */
  constructor(most: number) {
    this.#most = most
  }

  /** Calls `send` with a free packet identifier and resolves with the answer to it. @throws ConnectionLost */
  begin(send: (packetId: number) => void): Promise<Packet> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ send, resolve, reject })
      this.#proceed()
    })
  }

  answer(packetId: number, answer: Packet): void {
    this.#open.get(packetId)?.resolve(answer)
    this.#open.delete(packetId)
    this.#proceed()
  }

  /** None of them will be answered. */
  abandon(): void {
    const lost = new ConnectionLost('The connection was lost before the answer came.')
    for (const { reject } of [...this.#open.values(), ...this.#waiting.splice(0)]) reject(lost)
    this.#open.clear()
  }

  #proceed(): void {
    if (this.#open.size >= this.#most) return
    const request = this.#waiting.shift()
    if (!request) return
    const id = this.#freeId()
    this.#open.set(id, request)
    request.send(id)
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1
    while (this.#open.has(this.#lastId))
    return this.#lastId
  }
}
