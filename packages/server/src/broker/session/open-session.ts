import type { Properties } from '@daakia/protocol/mqtt'
import type { OpenSession } from '../../connection-manager/link.js'
import { bidFarewell, logFailure } from '../../no-room.js'
import { isExchangeFilter } from '../exchange-filter.js'
import { handOver } from '../hand-over.js'
import { handlePacket } from '../handlers/index.js'
import { takeRun } from '../handlers/take-run.js'
import type { Lifetimes } from '../lifetimes.js'
import type { Live } from './live.js'

export interface OpenSessionOptions {
  live: Live
  lifetimes: Lifetimes
  present: boolean
  properties: Properties
}

/** A session at work on its link, from CONNACK to the end of the connection. */
export const openSession = ({ live, lifetimes, present, properties }: OpenSessionOptions): OpenSession => {
  let begun = false
  return {
    present,
    properties,
    begin() {
      begun = true
      begin(live)
    },
    packet: (packet) => handlePacket(live, packet),
    run: (run) => takeRun(live, run),
    drained: () => live.drained(),
    async ended() {
      live.session.outlet = undefined
      const handedOver = handOver(live.services, live.router, live.left())
      live.window.close()
      await live.gone()
      if (begun) live.services.exchange.detach(live)
      // A client that never saw its CONNACK has left nothing to be said.
      else live.session.will = undefined
      await Promise.all([handedOver, live.settled()])
      await lifetimes.part(live.session)
    },
  }
}

const begin = (live: Live): void => {
  const { session, services } = live
  session.outlet = live
  // The CONNACK has told it.
  session.shed = 0
  session.unsubscribed = 0
  live.wake()
  const subscriptions = [...session.subscribers.values()].map(({ subscription }) => subscription)
  const kept = subscriptions.filter(({ filter }) => isExchangeFilter(filter))
  if (kept.length > 0) live.holdFor(services.exchange.resume(live, kept).catch((error: unknown) => fail(live, error)))
}

const fail = ({ services, link, name }: Live, error: unknown): void => {
  logFailure(services.log, { ...name }, error, 'A session could not go on')
  bidFarewell(link, error)
}
