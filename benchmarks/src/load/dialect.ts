import type { QoS } from '@daakia/protocol/mqtt'
import type { MessageCounter } from './message-counter.js'

/** Takes the first `end` bytes of `bytes`, which are overwritten afterwards. */
export type Sink = (bytes: Uint8Array, end: number) => void

export interface Message {
  topic: string
  payload: Uint8Array
  qos: QoS
  retain?: boolean
  /** With QoS 1. */
  packetId?: number
}

/** How a server is spoken to. Topics and filters are written as in MQTT. */
export interface Dialect {
  /** What a client says first, and is answered. */
  hello(client: string): Uint8Array
  /** Is answered once. `earlier` is how many filters this connection has subscribed to before. */
  subscribe(filters: readonly string[], qos: QoS, earlier: number): Uint8Array
  publish(message: Message): Uint8Array
  goodbye(): Uint8Array
  counter(): MessageCounter
  /** Reads what comes in while a client connects and subscribes; `answered` is called with a reason where it is a no. */
  answers(answered: (refusal?: string) => void): Sink
}
