import { type DaakTopic, isClientId, topics } from '@daakia/protocol'
import { ReasonCode } from '@daakia/protocol/mqtt'
import { type Announcement, readAnnouncement, type Services } from '../../backend/services/index.js'
import type { Occupation } from '../../connection-manager/port.js'
import { mayServe } from '../access/ask.js'
import type { Access } from '../access/port.js'
import { servedBy } from '../exchange-filter.js'
import { grantedQoS } from './inbox-row.js'
import type { LiveSession } from './port.js'
import { badFilter, Refusal } from './refusal.js'
import type { DaakSubscription, Granted, SharedRows } from './row.js'

export interface ServingParts {
  services: Services
  access: Access
  /** The server's own services: nobody else may have their names. */
  isOwn(service: string): boolean
}

type Rpc = Extract<DaakTopic, { kind: 'rpc' }>

/** `$share/{service}/daak/rpc/{service}/+`: a connection serves, and gets its share of the calls. */
export class ServingRow implements NonNullable<SharedRows['rpc']> {
  constructor(private readonly parts: ServingParts) {}

  async subscribe(session: LiveSession, topic: Rpc, subscription: DaakSubscription): Promise<Granted> {
    const announcement = readAnnouncement(subscription.userProperties)
    await this.#admit(session, topic, subscription)
    return { begin: () => this.#join(session, topic, subscription, announcement) }
  }

  /** What it announced is not kept: it says so anew where it subscribes anew. */
  async resume(session: LiveSession, topic: Rpc, subscription: DaakSubscription): Promise<Pick<Granted, 'begin'>> {
    await this.#admit(session, topic, subscription)
    return { begin: () => this.#join(session, topic, subscription, {}) }
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    const service = servedBy(filter)
    return service !== undefined && this.parts.services.leave(session, service)
  }

  occupation(session: LiveSession): Occupation | undefined {
    return this.parts.services.occupation(session)
  }

  detach(session: LiveSession): void {
    this.parts.services.detach(session)
  }

  async #admit(session: LiveSession, { service, method }: Rpc, { group }: DaakSubscription): Promise<void> {
    if (method !== '+' || group !== service || !isClientId(service)) throw badFilter(filterHelp)
    if (session.version < 5)
      throw new Refusal(ReasonCode.UnspecifiedError, 'A service answers on the Response Topic of a call: use MQTT 5')
    if (this.parts.isOwn(service))
      throw new Refusal(ReasonCode.NotAuthorized, `${service} is a service of the server itself: choose another name`)
    if (!(await mayServe(this.parts.access, session.name, service)))
      throw new Refusal(
        ReasonCode.NotAuthorized,
        `Only the client ${service} may serve ${service}, or whom a rule allows to`,
      )
  }

  #join(session: LiveSession, { service }: Rpc, subscription: DaakSubscription, announcement: Announcement): void {
    const { identifier } = subscription
    const joining = { qos: grantedQoS(subscription), announcement, ...(identifier !== undefined && { identifier }) }
    this.parts.services.join(session, service, joining)
  }
}

const filterHelp = `A service takes its calls by ${topics.serve('{service}')}, the same name twice`
