import { isDaak } from '@daakia/protocol'
import { type ConnectPacket, type Properties, ReasonCode, type UserProperty, type Will } from '@daakia/protocol/mqtt'
import type { Refusal } from '../connection-manager/index.js'
import type { Link, OpenSession, SessionHost } from '../connection-manager/link.js'
import type { Principal } from '../identity.js'
import type { PacketLimits } from '../limits/port.js'
import { countLimit, quotaExceeded } from '../limits/refuse.js'
import { logFailure, refuseForNow } from '../not-now.js'
import { mayPublish } from './access/ask.js'
import { inTime } from './access/in-time.js'
import { distribute } from './distribute.js'
import { Elsewhere } from './elsewhere/elsewhere.js'
import { Lifetimes } from './lifetimes.js'
import { isOfItsFormat, notOfItsFormat } from './payload-format.js'
import type { RoutedMessage } from './port.js'
import { tooManyProperties } from './property-limits.js'
import type { Router } from './router.js'
import type { Services } from './services.js'
import { Live } from './session/live.js'
import { openSession } from './session/open-session.js'
import { createSessionDesk, type SessionDesk } from './session-desk.js'
import { topicProblemOf } from './topic-limits.js'

export type BrokerOptions = Omit<Services, 'elsewhere'>

export interface Broker extends SessionHost {
  /** Puts the stored sessions back: called once, before the first connection. */
  start(): Promise<void>
  /** Brings a message of the server's own to those who subscribe to its topic. */
  tell(message: RoutedMessage): void
  /** What clients and operators may see of sessions. */
  readonly desk: SessionDesk
  /** The inboxes of these clients have gone back to an earlier moment: what kept sessions were sent of them is not known. */
  wentBack(isConcerned: (vendor: string, client: string) => boolean): void
  /** The server is about to close: nothing waits for other nodes for long. Called before the connection manager is closed. */
  leave(): void
  /** Stops its alarms. Called after the connection manager was closed. */
  close(): Promise<void>
}

export const createBroker = (options: BrokerOptions): Broker => {
  const elsewhere = new Elsewhere(options)
  const services: Services = { ...options, access: inTime(options.access, options), elsewhere }
  const lifetimes = new Lifetimes(services)
  const desk = createSessionDesk(lifetimes)
  return {
    async start() {
      desk.open()
      await lifetimes.start()
    },
    desk,
    tell: (message) => tell(services, lifetimes.router(message.vendor), message),
    wentBack: (isConcerned) => lifetimes.wentBack(isConcerned),
    leave: () => elsewhere.leave(),
    async close() {
      desk.close()
      lifetimes.stop()
    },
    async open(link, connect, principal, fence) {
      const problem = sizeProblemOf(services, connect, principal) ?? (await problemOf(services, connect, principal))
      return problem ?? open({ services, lifetimes, link, connect, principal, fence }).catch(refuseForNow)
    },
  }
}

/** Each node says it to those that are connected to it. */
const tell = async ({ sessions, log, shared }: Services, router: Router, message: RoutedMessage): Promise<void> => {
  try {
    await distribute(sessions, router, message, { here: shared })
  } catch (error) {
    logFailure(log, { topic: message.topic }, error, 'A message of the server could not be stored')
  }
}

interface Opening {
  services: Services
  lifetimes: Lifetimes
  link: Link
  connect: ConnectPacket
  principal: Principal
  fence: number
}

const sizeProblemOf = (services: Services, { properties, will }: ConnectPacket, { vendor }: Principal) => {
  const own = services.accounts.packetLimits(vendor)
  return (
    (properties && tooManyProperties(services, properties, own)) ??
    (will?.properties && tooManyProperties(services, will.properties, own)) ??
    (will && willTopicProblemOf(services, will, own))
  )
}

const willTopicProblemOf = (services: Services, { topic }: Will, own: Partial<PacketLimits>): Refusal | undefined => {
  const problem = topicProblemOf(topic, services.limits, own)
  if (!problem) return undefined
  countLimit(services.counters, 'connection', problem.limit)
  return { reasonCode: ReasonCode.TopicNameInvalid, reason: problem.reason }
}

/** A will is a publish that comes later: who may not make it is told so now. */
const problemOf = async ({ access }: Services, { will }: ConnectPacket, principal: Principal) => {
  if (will && !isOfItsFormat(will)) return { reasonCode: ReasonCode.PayloadFormatInvalid, reason: notOfItsFormat }
  if (!will || isDaak(will.topic)) return undefined
  if (await mayPublish(access, principal, will)) return undefined
  return { reasonCode: ReasonCode.NotAuthorized, reason: 'This client may not publish to the topic of its will.' }
}

const open = async (opening: Opening): Promise<OpenSession | Refusal> => {
  const { services, lifetimes, link, connect, principal, fence } = opening
  const begun = await lifetimes.begin(principal, connect, fence)
  if ('limit' in begun) return quotaExceeded(services.counters, begun)
  const { session, present } = begun
  const live = new Live({
    link,
    session,
    services,
    router: lifetimes.router(principal.vendor),
    receiveMaximum: connect.properties?.receiveMaximum,
  })
  await opened(live, lifetimes)
  return openSession({
    live,
    lifetimes,
    present,
    properties: propertiesOf(connect, live),
  })
}

/** Where its queue can't be read, a session that was kept waits on for its client. */
const opened = async (live: Live, lifetimes: Lifetimes): Promise<void> => {
  try {
    await live.open()
  } catch (error) {
    live.session.will = undefined
    await lifetimes.part(live.session)
    throw error
  }
}

const propertiesOf = (
  connect: ConnectPacket,
  { session: { expiryInterval, shed, unsubscribed }, quota: { receiveMaximum } }: Live,
): Properties => ({
  receiveMaximum,
  ...((connect.properties?.sessionExpiryInterval ?? 0) !== expiryInterval && { sessionExpiryInterval: expiryInterval }),
  ...(shed + unsubscribed > 0 && { userProperties: news({ shed, unsubscribed }) }),
})

/** What a session lost while its client was away. */
const news = (counts: Readonly<Record<string, number>>): UserProperty[] =>
  Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [[what, String(count)] as const] : []))
