import { RpcAnswer, topics } from '@daakia/protocol'
import type { Packet, PublishPacket } from '@daakia/protocol/mqtt'

/** The server's answer to a call is an error. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Calls of the server's methods over one connection, which end with it. */
export class Calls {
  readonly replies: string
  readonly #waiting = new Map<string, Waiting>()
  #calls = 0

  constructor(client: string, connection: string) {
    this.replies = topics.replies(client, connection)
  }

  /** @throws CallRefused; Error where the connection was lost first */
  call(method: string, params: unknown, send: (packet: Packet) => void): Promise<unknown> {
    const id = String(++this.#calls)
    const [service = '', name = ''] = method.split('/')
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    send({
      type: 'publish',
      topic: topics.rpc(service, name),
      payload: new TextEncoder().encode(JSON.stringify(params)),
      qos: 0,
      retain: false,
      dup: false,
      properties: { responseTopic: this.replies, correlationData: new TextEncoder().encode(id) },
    })
    return answer
  }

  /** Takes an answer; false where it is none. */
  take({ topic, payload, properties }: PublishPacket): boolean {
    if (topic !== this.replies) return false
    const id = new TextDecoder().decode(properties?.correlationData)
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    const answer = RpcAnswer.parse(JSON.parse(new TextDecoder().decode(payload)))
    if ('error' in answer) waiting?.reject(new CallRefused(answer.error.message))
    else waiting?.resolve(answer.result)
    return true
  }

  lost(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the connection was lost before the answer came'))
    this.#waiting.clear()
  }
}
