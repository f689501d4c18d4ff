import { type Properties, type PublishRun, ReasonCode } from '@daakia/protocol/mqtt'
import type { ClientPacket, OpenSession } from '../../connection-manager/link.js'
import type { Occupation } from '../../connection-manager/port.js'
import { bidFarewell, logFailure } from '../../not-now.js'
import { isExchangeFilter } from '../exchange-filter.js'
import { handOver } from '../hand-over.js'
import { handlePacket } from '../handlers/index.js'
import { takeRun } from '../handlers/take-run.js'
import type { Lifetimes } from '../lifetimes.js'
import type { Live } from './live.js'
import type { Session } from './session.js'

export interface OpenSessionOptions {
  live: Live
  lifetimes: Lifetimes
  present: boolean
  properties: Properties
}

/** A session at work on its link, from CONNACK to the end of the connection. */
export const openSession = (options: OpenSessionOptions): OpenSession => new SessionAtWork(options)

class SessionAtWork implements OpenSession {
  readonly present: boolean
  readonly properties: Properties
  readonly #live: Live
  readonly #lifetimes: Lifetimes
  #begun = false

  constructor({ live, lifetimes, present, properties }: OpenSessionOptions) {
    this.present = present
    this.properties = properties
    this.#live = live
    this.#lifetimes = lifetimes
  }

  begin(): void {
    this.#begun = true
    begin(this.#live)
  }

  packet(packet: ClientPacket): void {
    handlePacket(this.#live, packet)
  }

  run(run: PublishRun): boolean {
    return takeRun(this.#live, run)
  }

  drained(): void {
    this.#live.drained()
  }

  get occupation(): Occupation | undefined {
    return this.#live.services.exchange.occupation?.(this.#live)
  }

  answered(): Promise<void> {
    return this.#live.acknowledgements.idle()
  }

  async ended(): Promise<void> {
    const live = this.#live
    live.session.outlet = undefined
    const handedOver = handOver(live.services, live.router, live.left())
    live.window.close()
    await live.gone()
    if (this.#begun) live.services.exchange.detach(live)
    // A client that never saw its CONNACK has left nothing to be said.
    else live.session.will = undefined
    try {
      await Promise.all([handedOver, live.settled()])
      await this.#lifetimes.part(live.session)
    } finally {
      live.session.hasParted()
    }
  }
}

const begin = (live: Live): void => {
  const { session, services } = live
  session.outlet = live
  // The CONNACK has told it, where it can.
  if (session.shed > 0 && live.version === 4) tellShed(session)
  session.shed = 0
  session.unsubscribed = 0
  services.exchange.attach(live)
  live.wake()
  const subscriptions = [...session.subscribers.values()].map(({ subscription }) => subscription)
  const kept = subscriptions.filter(({ filter }) => isExchangeFilter(filter))
  if (kept.length > 0) live.holdFor(services.exchange.resume(live, kept).catch((error: unknown) => fail(live, error)))
}

const tellShed = (session: Session): void => {
  const reason = 'The queue of this session was full while its client was away: it missed messages.'
  session.tell({ type: 'messages-missed', code: ReasonCode.QuotaExceeded, reason, messages: session.shed })
}

const fail = ({ services, link, name }: Live, error: unknown): void => {
  logFailure(services.log, { ...name }, error, 'A session could not go on')
  bidFarewell(link, error)
}
