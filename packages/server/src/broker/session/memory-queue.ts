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
import type { Flight, Window } from './window.js'

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
    const packetId = window.take(terms.qos === 2 ? flightOfTwoSteps : flightOfOneStep)
    if (transmit(link, fanOut, terms, packetId)) return
    window.settle(packetId)
    countUnsent(link, counters)
  }
}

const nothing = (): void => {}

/** Of what ends with the connection there is nothing to remember but the identifier. */
const flightOfOneStep: Flight = { qos: 1, done: nothing }

const flightOfTwoSteps: Flight = { qos: 2, done: nothing }
