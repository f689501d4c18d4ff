import { isDaak } from '@daakia/protocol'
import {
  isTopicFilter,
  type Properties,
  type QoS,
  ReasonCode,
  type SubscriptionRequest,
  type UserProperty,
} from '@daakia/protocol/mqtt'
import { countLimit, quotaExceeded } from '../../limits/refuse.js'
import type { Subscription } from '../../state/sessions/port.js'
import { maySubscribe } from '../access/ask.js'
import { sharedFilterOf } from '../exchange-filter.js'
import type { Live } from '../session/live.js'
import { type TopicProblem, topicProblemOf } from '../topic-limits.js'
import { sendRetained } from './send-retained.js'
import { stickyHelp, stickyLevelOf } from './sticky.js'

export interface Granted {
  reasonCode: number
  reason?: string
  userProperties?: readonly UserProperty[]
  /** What follows the SUBACK. */
  begin?(): void | Promise<void>
}

/** Grants one filter of a SUBSCRIBE, or says why not. */
export const subscribeOne = async (
  live: Live,
  request: SubscriptionRequest,
  properties: Properties,
): Promise<Granted> => {
  const filter = sharedFilterOf(request.filter)
  const problem = problemOf(live, request, filter, properties)
  if (problem) return problem
  if (isDaak(filter)) return withRoom(live, request, () => subscribeToExchange(live, request, properties))
  if (await isAllowed(live, filter, request.qos))
    return withRoom(live, request, () => subscribeToTopics(live, request, properties))
  return { reasonCode: ReasonCode.NotAuthorized, reason: `This client may not subscribe to ${filter}.` }
}

/** Where what is allowed changes while the answer is on its way, it is asked for again. */
const isAllowed = async ({ services, session }: Live, filter: string, qos: QoS): Promise<boolean> => {
  for (;;) {
    const { reviews } = session
    const allowed = await maySubscribe(services.access, session.principal, filter, qos)
    if (session.reviews === reviews) return allowed
  }
}

const problemOf = (
  live: Live,
  request: SubscriptionRequest,
  filter: string,
  properties: Properties,
): Granted | undefined => {
  if (stickyLevelOf(request.filter, properties.userProperties) === 'invalid')
    return { reasonCode: ReasonCode.ImplementationSpecificError, reason: stickyHelp }
  if (!isTopicFilter(filter)) return { reasonCode: ReasonCode.TopicFilterInvalid, reason: 'This is no topic filter.' }
  const problem = topicProblemOf(request.filter, live.services.limits, live.session.account.packetLimits)
  return problem && { reasonCode: ReasonCode.TopicFilterInvalid, reason: told(live, problem) }
}

const told = ({ services }: Live, { limit, reason }: TopicProblem): string => {
  countLimit(services.counters, 'connection', limit)
  return reason
}

/** Makes room for the subscription, and gives it back where the subscription does not come about. */
const withRoom = async (live: Live, { filter }: SubscriptionRequest, subscribe: () => Granted | Promise<Granted>) => {
  const excess = live.session.reserve(filter)
  if (excess) return quotaExceeded(live.services.counters, excess)
  try {
    return await subscribe()
  } finally {
    live.session.release(filter)
  }
}

const subscribeToExchange = async (
  live: Live,
  request: SubscriptionRequest,
  properties: Properties,
): Promise<Granted> => {
  const identifier = properties.subscriptionIdentifiers?.[0]
  const { userProperties } = properties
  const answer = await live.services.exchange.subscribe(live, request, {
    ...(identifier !== undefined && { identifier }),
    ...(userProperties && { userProperties }),
  })
  if (answer.reasonCode <= ReasonCode.GrantedQoS2) remember(live, request, properties, answer.reasonCode as 0 | 1 | 2)
  return answer
}

const subscribeToTopics = (live: Live, request: SubscriptionRequest, properties: Properties): Granted => {
  const { session, router } = live
  const earlier = session.subscribers.get(request.filter)
  const subscriber = remember(live, request, properties, request.qos)
  // The new one takes the place of the earlier one with no gap between them [MQTT-3.8.4-3].
  router.add(subscriber)
  if (earlier) router.remove(earlier)
  const wantsRetained = request.retainHandling === 0 || (request.retainHandling === 1 && !earlier)
  return {
    reasonCode: request.qos,
    ...(wantsRetained && { begin: () => sendRetained(live, subscriber.subscription) }),
  }
}

const remember = (live: Live, request: SubscriptionRequest, properties: Properties, qos: Subscription['qos']) => {
  const { filter, noLocal, retainAsPublished } = request
  const identifier = properties.subscriptionIdentifiers?.[0]
  const sticky = stickyLevelOf(filter, properties.userProperties)
  const subscription: Subscription = {
    filter,
    qos,
    noLocal,
    retainAsPublished,
    ...(identifier !== undefined && { identifier }),
    ...(typeof sticky === 'number' && { sticky }),
  }
  const subscriber = { receiver: live.session, subscription }
  live.session.subscribe(subscriber)
  return subscriber
}
