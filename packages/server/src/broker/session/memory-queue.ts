import type { Clock } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import { messageBytes } from '../../limits/message-bytes.js'
import type { Account, Excess } from '../../limits/port.js'
import { countExcess } from '../../limits/refuse.js'
import { FanOut } from '../fan-out.js'
import { Fifo } from '../fifo.js'
import { countLost, type Losses } from '../lost.js'
import { aged } from '../message.js'
import type { RoutedMessage } from '../port.js'
import type { Terms } from '../subscriber.js'
import type { Outgoing } from './outgoing.js'
import { countUnsent, transmit } from './transmit.js'
import type { Flight, SharedMessage, Window } from './window.js'

export interface MemoryQueueOptions extends Losses {
  link: Link
  window: Window
  clock: Clock
  /** Charged with what waits. */
  account: Account
}

interface Waiting {
  message: RoutedMessage
  terms: Terms
  /** Its receiver may not have it any more. */
  withheld?: true
}

/** The queue of a session that ends with its connection: what waits for it need not outlive either. */
export class MemoryQueue implements Outgoing {
  readonly #waiting = new Fifo<Waiting>()
  /** The connection is gone, and what it left has been taken: what comes now is for nobody. */
  #over = false

  constructor(private readonly options: MemoryQueueOptions) {}

  push(fanOut: FanOut, terms: Terms): void {
    if (this.#waiting.length === 0 && this.#hasRoom) this.#send(fanOut, terms)
    else this.#keep(fanOut.kept, terms)
  }

  pump(): void {
    while (this.#hasRoom) {
      const next = this.#shift()
      if (!next) return
      this.#sendLate(next)
    }
  }

  wake(): void {
    this.pump()
  }

  /** What clients may do has changed, and the subscription by which something came may be over. */
  review(mayReceive: (message: RoutedMessage, terms: Terms) => boolean | Promise<boolean>): void {
    for (const waiting of this.#waiting) {
      const allowed = mayReceive(waiting.message, waiting.terms)
      if (allowed === false) waiting.withheld = true
      else if (allowed !== true) void allowed.then((known) => known || Object.assign(waiting, { withheld: true }))
    }
  }

  /**
   * The connection is gone: what has not arrived, and may go to other members of shared subscriptions. A QoS 2 message
   * that is on its way may not [MQTT-4.8.2-5].
   */
  left(): SharedMessage[] {
    this.#over = true
    const left = [...this.options.window.flights].flatMap(({ shared }) => shared ?? [])
    for (let next = this.#shift(); next; next = this.#shift())
      if (next.terms.share !== undefined) left.push({ message: next.message, share: next.terms.share })
    return left
  }

  get #hasRoom(): boolean {
    const { link, window } = this.options
    return !link.full && !link.closed && window.room > 0
  }

  #keep(message: RoutedMessage, terms: Terms): void {
    if (this.#over) return
    const excess = this.#charge(messageBytes(message))
    if (excess) this.#overflow(excess)
    else this.#waiting.push({ message, terms })
  }

  #charge(bytes: number): Excess | undefined {
    const { account } = this.options
    const excess = account.take('queuedMessages', 1)
    if (excess) return excess
    const tooLarge = account.take('queuedBytes', bytes)
    if (tooLarge) account.give('queuedMessages', 1)
    return tooLarge
  }

  #shift(): Waiting | undefined {
    const next = this.#waiting.shift()
    if (!next) return undefined
    this.options.account.give('queuedMessages', 1)
    this.options.account.give('queuedBytes', messageBytes(next.message))
    return next
  }

  #overflow(excess: Excess): void {
    const { link, counters } = this.options
    if (link.closed) return
    countLost(this.options, 'shed')
    countExcess(counters, excess)
    link.close(ReasonCode.QuotaExceeded, excess.reason)
  }

  #sendLate({ message, terms, withheld }: Waiting): void {
    const current = aged(message, this.options.clock.now())
    if (withheld) countLost(this.options, 'withheld')
    else if (current) this.#send(new FanOut(current), terms)
    else countLost(this.options, 'expired')
  }

  #send(fanOut: FanOut, terms: Terms): void {
    const { link, window } = this.options
    const packetId = window.take(flightOf(fanOut, terms))
    if (transmit(link, fanOut, terms, packetId)) return
    window.settle(packetId)
    countUnsent(link, this.options)
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
