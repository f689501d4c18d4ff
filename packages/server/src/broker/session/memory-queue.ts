import type { Clock } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import type { Counters } from '../../counters.js'
import { FanOut } from '../fan-out.js'
import { Fifo } from '../fifo.js'
import { aged } from '../message.js'
import type { RoutedMessage } from '../port.js'
import type { Terms } from '../subscriber.js'
import type { Outgoing } from './outgoing.js'
import { countUnsent, transmit } from './transmit.js'
import type { Flight, SharedMessage, Window } from './window.js'

export interface MemoryQueueOptions {
  link: Link
  window: Window
  clock: Clock
  counters: Counters
  /** Messages that may wait. */
  limit: number
}

interface Waiting {
  message: RoutedMessage
  terms: Terms
}

/** The queue of a session that ends with its connection: what waits for it need not outlive either. */
export class MemoryQueue implements Outgoing {
  readonly #waiting = new Fifo<Waiting>()

  constructor(private readonly options: MemoryQueueOptions) {}

  push(fanOut: FanOut, terms: Terms): void {
    if (this.#waiting.length === 0 && this.#hasRoom) this.#send(fanOut, terms)
    else this.#keep(fanOut.kept, terms)
  }

  pump(): void {
    while (this.#hasRoom) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#sendLate(next)
    }
  }

  wake(): void {
    this.pump()
  }

  /**
   * The connection is gone: what has not arrived, and may go to other members of shared subscriptions. A QoS 2 message
   * that is on its way may not [MQTT-4.8.2-5].
   */
  left(): SharedMessage[] {
    const left = [...this.options.window.flights].flatMap(({ shared }) => shared ?? [])
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift())
      if (next.terms.share !== undefined) left.push({ message: next.message, share: next.terms.share })
    return left
  }

  get #hasRoom(): boolean {
    const { link, window } = this.options
    return !link.full && !link.closed && window.room > 0
  }

  #keep(message: RoutedMessage, terms: Terms): void {
    const { link, limit } = this.options
    if (this.#waiting.length < limit) this.#waiting.push({ message, terms })
    else link.close(ReasonCode.QuotaExceeded, `More than ${limit} messages wait for this connection.`)
  }

  #sendLate({ message, terms }: Waiting): void {
    const current = aged(message, this.options.clock.now())
    if (current) this.#send(new FanOut(current), terms)
    else this.options.counters.expired++
  }

  #send(fanOut: FanOut, terms: Terms): void {
    const { link, window, counters } = this.options
    const packetId = window.take(flightOf(fanOut, terms))
    if (transmit(link, fanOut, terms, packetId)) return
    window.settle(packetId)
    countUnsent(link, counters)
  }
}

const nothing = (): void => {}

/** Of what ends with the connection there is nothing to remember but the identifier. */
const flightOfOneStep: Flight = { qos: 1, done: nothing }

const flightOfTwoSteps: Flight = { qos: 2, done: nothing }

const flightOf = (fanOut: FanOut, { qos, share }: Terms): Flight => {
  if (qos === 2) return flightOfTwoSteps
  return share === undefined ? flightOfOneStep : { qos: 1, done: nothing, shared: { message: fanOut.kept, share } }
}
