import {
  ConnectionLost,
  type OpenTransport,
  type Refused,
  type TransportEvents,
  type TransportMessage,
} from '@daakia/client-sdk'
import { RpcCode, topics } from '@daakia/protocol'
import { LeaseGone } from '../../src/turn/port.js'
import type { FakeServer } from './fake-server.js'

const methods = {
  commit: 'commit',
  renew: 'renew',
  fail: 'fail',
  park: 'park',
  'check-handoff': 'checkHandoff',
} as const
type Method = keyof typeof methods
type Properties = readonly (readonly [string, string])[]

/** Puts a fake server at the far end of a transport. */
export class Wire {
  readonly subscriptions: { filters: readonly string[]; properties: Properties }[] = []
  /** What the server says to a bot that wants its turns. */
  refusal: Refused | undefined
  readonly #server: FakeServer
  #events: TransportEvents | undefined
  #connections = 0

  constructor(server: FakeServer) {
    this.#server = server
    server.deliver = (conversation, notice) => this.send(topics.turns(conversation), JSON.stringify(notice))
  }

  /** One transport for `openLink`, or for `connect`. */
  readonly open: OpenTransport = async (events) => {
    this.#events = events
    this.#connections++
    const isOpen = () => this.#events === events
    return {
      connection: `bot-${this.#connections}`,
      publish: async (message) => {
        if (!isOpen()) throw new ConnectionLost('gone')
        void this.#call(message, isOpen)
      },
      subscribe: async (filters, properties = []) => {
        this.subscriptions.push({ filters: filters.map(({ filter }) => filter), properties })
        if (this.refusal && filters.some(({ filter }) => filter.startsWith('daak/turns'))) throw this.refusal
        return []
      },
      unsubscribe: async () => {},
      close: async () => {
        if (isOpen()) this.break()
      },
    }
  }

  /** The connection goes away. */
  break(): void {
    const events = this.#events
    this.#events = undefined
    events?.closed(new ConnectionLost('gone'))
  }

  send(topic: string, payload: string): void {
    this.#events?.message({ topic, payload: new TextEncoder().encode(payload) })
  }

  async #call(
    { topic, payload, responseTopic, correlationData }: TransportMessage,
    isOpen: () => boolean,
  ): Promise<void> {
    const method = topic.split('/').at(-1) as Method
    const params = JSON.parse(new TextDecoder().decode(payload))
    const answer = await this.#server[methods[method]](params).then(
      (result) => ({ result: result ?? {} }),
      (error: Error) => ({
        error: { code: error instanceof LeaseGone ? RpcCode.Conflict : RpcCode.InternalError, message: error.message },
      }),
    )
    if (!isOpen() || !responseTopic || !correlationData) return
    this.#events?.message({
      topic: responseTopic,
      correlationData,
      payload: new TextEncoder().encode(JSON.stringify(answer)),
    })
  }
}
