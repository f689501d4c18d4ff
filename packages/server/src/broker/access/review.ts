import { ReasonCode } from '@daakia/protocol/mqtt'
import { isExchangeFilter, servedBy, sharedFilterOf } from '../exchange-filter.js'
import type { Router } from '../router.js'
import type { Services } from '../services.js'
import type { Session } from '../session/session.js'
import type { Subscriber } from '../subscriber.js'
import { mayServe, maySubscribe, orDenied } from './ask.js'

/**
 * Asks anew for every plain subscription of a session, and for those by which it serves, and ends those that its client may not have any more. MQTT has no
 * way to tell that one subscription is over: a connection is closed, with the filter in the reason; who is away is told
 * in the next CONNACK. Done when this returns, where access answers at once.
 */
const reviewSession = (parts: ReviewsParts, session: Session): Promise<void> | undefined => {
  const { reviews } = session
  const pending: Promise<void>[] = []
  for (const subscriber of askedAbout(session)) {
    const allowed = ask(parts.services, session, subscriber)
    if (allowed === false) end(parts, session, subscriber)
    else if (allowed !== true)
      pending.push(
        allowed.then((known) => {
          // Where that has changed again meanwhile, the next review asks.
          if (!known && session.reviews === reviews) end(parts, session, subscriber)
        }),
      )
  }
  return pending.length > 0 ? Promise.all(pending).then(() => {}) : undefined
}

const askedAbout = ({ subscribers }: Session): Subscriber[] =>
  [...subscribers.values()].filter(
    ({ subscription: { filter } }) => !isExchangeFilter(filter) || servedBy(filter) !== undefined,
  )

const mayHave = ({ access }: Services, { principal }: Session, { subscription: { filter, qos } }: Subscriber) => {
  const service = servedBy(filter)
  return service === undefined
    ? maySubscribe(access, principal, sharedFilterOf(filter), qos)
    : mayServe(access, principal, service)
}

const ask = (services: Services, session: Session, subscriber: Subscriber) =>
  orDenied(
    () => mayHave(services, session, subscriber),
    (error) =>
      services.log.error(
        { ...session.principal, error: String(error) },
        'Whether a subscription is still allowed is not known',
      ),
  )

const end = ({ services, router, changed }: ReviewsParts, session: Session, subscriber: Subscriber): void => {
  const { filter } = subscriber.subscription
  // It may be gone, or another may have taken its place, which was asked for on its own.
  if (session.subscribers.get(filter) !== subscriber) return
  if (!isExchangeFilter(filter)) router(session.name.vendor).remove(subscriber)
  session.unsubscribe(filter)
  services.log.warn({ ...session.principal, filter }, 'Ended a subscription that is not allowed any more')
  const reason = `This client may not subscribe to ${filter} any more.`
  const link = session.outlet?.link
  // DISCONNECT says which filter it is; the CONNACK of who is away says how many, and MQTT 3.1.1 has neither.
  if (link?.version !== 5) session.tell({ type: 'subscription-ended', code: ReasonCode.NotAuthorized, reason, filter })
  if (link) link.close(ReasonCode.NotAuthorized, reason)
  else session.unsubscribed++
  changed(session)
}

/** As many sessions are asked about at once where the answers take time. */
const reviewedAtOnce = 64

export interface ReviewsParts {
  services: Services
  router(vendor: string): Router
  /** Every session, with a connection or without. */
  sessions: Iterable<Session>
  /** The session has lost a subscription. */
  changed(session: Session): void
}

/** Applies changes of what clients may do to all sessions. */
export class Reviews {
  #passes = 0

  constructor(private readonly parts: ReviewsParts) {}

  /** Reviews all sessions: before this returns, where access answers at once. */
  async run(): Promise<void> {
    const pass = ++this.#passes
    for (const session of this.parts.sessions) session.rightsChanged()
    const pending: Promise<void>[] = []
    for (const session of this.parts.sessions) {
      const work = this.review(session)
      if (!work || pending.push(work) < reviewedAtOnce) continue
      await Promise.all(pending.splice(0))
      // A newer one asks all of them.
      if (pass !== this.#passes) return
    }
    await Promise.all(pending)
  }

  review(session: Session): Promise<void> | undefined {
    return reviewSession(this.parts, session)
  }
}
