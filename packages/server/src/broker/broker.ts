import { isDaak } from '@daakia/protocol'
import { type ConnectPacket, type Properties, ReasonCode } from '@daakia/protocol/mqtt'
import type { Link, OpenSession, SessionHost } from '../connection-manager/link.js'
import type { SessionName } from '../identity.js'
import { type BrokerCounters, noCounts } from './counters.js'
import { Lifetimes } from './lifetimes.js'
import type { BrokerLimits } from './limits.js'
import type { Services } from './services.js'
import { Live } from './session/live.js'
import { openSession } from './session/open-session.js'

export type BrokerOptions = Omit<Services, 'counters'>

export interface Broker extends SessionHost {
  readonly counters: Readonly<BrokerCounters>
  /** Puts the stored sessions back: called once, before the first connection. */
  start(): Promise<void>
  /** Stops its alarms. Called after the connection manager was closed. */
  close(): Promise<void>
}

export const createBroker = (options: BrokerOptions): Broker => {
  const services: Services = { ...options, counters: noCounts() }
  const lifetimes = new Lifetimes(services)
  return {
    counters: services.counters,
    start: () => lifetimes.start(),
    close: async () => lifetimes.stop(),
    async open(link, connect, name) {
      const problem = await problemOf(services, connect, name)
      return problem ?? open({ services, lifetimes, link, connect, name })
    },
  }
}

interface Opening {
  services: Services
  lifetimes: Lifetimes
  link: Link
  connect: ConnectPacket
  name: SessionName
}

/** A will is a publish that comes later: who may not make it is told so now. */
const problemOf = async ({ authorize }: Services, { will }: ConnectPacket, name: SessionName) => {
  if (!will || isDaak(will.topic)) return undefined
  if (!will.topic.startsWith('$') && (await authorize(name, 'publish', will.topic))) return undefined
  return { reasonCode: ReasonCode.NotAuthorized, reason: 'This client may not publish to the topic of its will.' }
}

const open = async ({ services, lifetimes, link, connect, name }: Opening): Promise<OpenSession> => {
  const { session, present } = await lifetimes.begin(name, connect)
  const live = new Live({
    link,
    session,
    services,
    router: lifetimes.router(name.vendor),
    receiveMaximum: connect.properties?.receiveMaximum,
  })
  await live.open()
  return openSession({
    live,
    lifetimes,
    present,
    properties: propertiesOf(connect, session.expiryInterval, services.limits),
  })
}

const propertiesOf = (connect: ConnectPacket, expiryInterval: number, limits: BrokerLimits): Properties => ({
  receiveMaximum: limits.receiveMaximum,
  ...((connect.properties?.sessionExpiryInterval ?? 0) !== expiryInterval && { sessionExpiryInterval: expiryInterval }),
})
