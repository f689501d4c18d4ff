import type { SessionName } from '../identity.js'
import type { QueueTarget, Sessions } from '../state/sessions/port.js'
import { FanOut } from './fan-out.js'
import type { FanOutRun } from './fan-out-run.js'
import type { RoutedMessage } from './port.js'
import type { Route } from './route.js'
import type { Router } from './router.js'
import type { Publisher, Receiver, Terms } from './subscriber.js'

/** Where a message comes from. */
export interface Origin {
  publisher?: Publisher
  /** A QoS 2 message of a persistent session: its packet identifier is stored with it, so that it is taken once. */
  received?: { session: SessionName; packetId: number }
  /** For those alone that are connected to this node. */
  here?: boolean
}

/**
 * Brings a message to all who subscribe to it. Answers how many they are: at once where all of it happens in memory,
 * so that the common case costs no promise, else when it is stored.
 */
export const distribute = (
  sessions: Sessions,
  router: Router,
  message: RoutedMessage,
  origin: Origin,
): number | Promise<number> => {
  const { routes, groups } = router.audience(message.topic)
  if (routes.length + groups.length === 0 && !origin.received) return 0
  const delivery = new FanOutDelivery(new FanOut(message), origin)
  for (const route of routes) delivery.by(route)
  for (const group of groups) delivery.by(group.pick(message.topic))
  if (delivery.stored.length === 0 && !origin.received) return arrived(delivery)
  return store(sessions, delivery, origin)
}

/** Brings a message one way only: to the member of a shared subscription that gets it in another's place. */
export const distributeBy = (sessions: Sessions, route: Route, message: RoutedMessage): number | Promise<number> => {
  const delivery = new FanOutDelivery(new FanOut(message), {})
  delivery.by(route)
  return delivery.stored.length === 0 ? arrived(delivery) : store(sessions, delivery, {})
}

const arrived = ({ fanOut, reached }: FanOutDelivery): number | Promise<number> =>
  fanOut.arrived()?.then(() => reached) ?? reached

/** Brings plain publishes of one topic to all who subscribe to it: at once, for none of it is stored. */
export const distributeRun = (router: Router, run: FanOutRun, publisher: Publisher): void => {
  const { routes, groups } = router.audience(run.topic)
  for (const route of routes) forwardBy(route, run, publisher)
  for (const group of groups)
    for (const message of run.messages) new FanOutDelivery(message, { publisher }).by(group.pick(run.topic))
}

const forwardBy = (route: Route, run: FanOutRun, publisher: Publisher): void => {
  const { receiver } = route
  const terms = route.terms(run)
  if (!terms) return
  receiver.forward(run, terms)
  if (receiver.behind) receiver.holdBack(publisher)
}

class FanOutDelivery {
  reached = 0
  readonly stored: Receiver[] = []
  readonly targets: QueueTarget[] = []

  constructor(
    readonly fanOut: FanOut,
    private readonly origin: Origin,
  ) {}

  get message(): RoutedMessage {
    return this.fanOut.message
  }

  by(route: Route | undefined): void {
    const terms = route?.terms(this.message)
    if (!route || !terms || (this.origin.here && !isHere(route.receiver))) return
    this.reached++
    if (terms.qos > 0 && route.receiver.persistent) this.#store(route.receiver, terms)
    else this.#now(route.receiver, terms)
  }

  #store(receiver: Receiver, terms: Terms): void {
    this.stored.push(receiver)
    this.targets.push(targetOf(receiver, terms))
  }

  #now(receiver: Receiver, terms: Terms): void {
    receiver.deliver(this.fanOut, terms)
    const { publisher } = this.origin
    if (publisher && receiver.behind) receiver.holdBack(publisher)
  }
}

const isHere = ({ connected, isElsewhere }: Receiver): boolean => connected && !isElsewhere

/** The queue of a receiver, for a message on these terms. */
export const targetOf = ({ name }: Receiver, { qos, retain, identifiers, share }: Terms): QueueTarget => ({
  session: name,
  qos: qos === 2 ? 2 : 1,
  retain,
  identifiers,
  ...(share !== undefined && { share }),
})

const store = async (sessions: Sessions, delivery: FanOutDelivery, { received }: Origin): Promise<number> => {
  const shed = await sessions.enqueue(delivery.targets, delivery.message, received)
  for (const { target, excess } of shed) delivery.stored[delivery.targets.indexOf(target)]?.missed(excess)
  for (const receiver of delivery.stored) receiver.wake()
  return arrived(delivery)
}
