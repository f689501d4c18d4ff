import { bytesOf, type DaakTopic, isClientId, type ServiceInfo, topics } from '@daakia/protocol'
import type { ServiceDirectory } from '../../backend/services/index.js'
import { grantedQoS } from './inbox-row.js'
import { covers, identifiersOf, Listeners, matching } from './listeners.js'
import type { PacedSender } from './paced.js'
import type { Delivery, LiveSession } from './port.js'
import { badFilter } from './refusal.js'
import type { DaakSubscription, Granted, Row } from './row.js'

type Topic = Extract<DaakTopic, { kind: 'services' }>

export interface ServicesRowParts {
  directory: ServiceDirectory
  sender: PacedSender
}

/** What is to be told: a service, to all filters or as a retained message to a new one. */
interface News {
  service: string
  retainedFor?: string
}

/** `daak/services/{service}`, or `+`: what a service is and does, retained for as long as it has an instance. */
export class ServicesRow implements Row<Topic> {
  readonly #listeners = new Listeners<Topic>(({ vendor }) => [vendor])
  /** By what it is about, so that what changes quickly is told once. */
  readonly #news = new Map<LiveSession, Map<string, News>>()

  constructor(private readonly parts: ServicesRowParts) {}

  async subscribe(session: LiveSession, topic: Topic, subscription: DaakSubscription): Promise<Granted> {
    const { service } = topic
    if (service !== '+' && !isClientId(service))
      throw badFilter('Subscribe to daak/services/{service}, or to daak/services/+')
    const known = this.#listeners.add(session, topic, subscription)
    // [MQTT-3.3.1-9] to [MQTT-3.3.1-11]
    const retained = subscription.retainHandling === 0 || (subscription.retainHandling === 1 && !known)
    return retained ? { begin: () => this.#tellRetained(session, service, subscription.filter) } : {}
  }

  /** What changed meanwhile is told as what there is now. */
  resume(session: LiveSession, topic: Topic, subscription: DaakSubscription): Promise<Granted> {
    return this.subscribe(session, topic, { ...subscription, retainHandling: 0 })
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    return this.#listeners.remove(session, filter)
  }

  detach(session: LiveSession): void {
    this.#listeners.drop(session)
    this.#news.delete(session)
  }

  changed(vendor: string, service: string): void {
    for (const { session } of this.#listeners.of(vendor)) this.#tell(session, { service })
  }

  #tellRetained(session: LiveSession, service: string, retainedFor: string): void {
    const names = service === '+' ? this.parts.directory.names(session.name.vendor) : [service]
    for (const name of names) this.#tell(session, { service: name, retainedFor })
  }

  #tell(session: LiveSession, news: News): void {
    const telling = this.#news.get(session)
    const all = telling ?? new Map<string, News>()
    all.set(`${news.service}/${news.retainedFor ?? ''}`, news)
    if (telling) return
    this.#news.set(session, all)
    void this.#tellAll(session, all)
  }

  async #tellAll(session: LiveSession, all: Map<string, News>): Promise<void> {
    for (const [key, news] of all) {
      all.delete(key)
      const delivery = this.#deliveryOf(session, news)
      if (delivery) await this.parts.sender.send(session, delivery)
    }
    if (this.#news.get(session) === all) this.#news.delete(session)
  }

  #deliveryOf(session: LiveSession, { service, retainedFor }: News): Delivery | undefined {
    const info = this.parts.directory.get(session.name.vendor, service)
    const listener = this.#listeners.get(session)
    if (!listener || (!info && retainedFor !== undefined)) return undefined
    const takers = matching(
      listener,
      (topic, { filter }) => covers(topic.service, service) && (retainedFor === undefined || retainedFor === filter),
    )
    if (takers.length === 0) return undefined
    const retain = retainedFor !== undefined || takers.some(({ retainAsPublished }) => retainAsPublished)
    return { ...messageOf(service, info), qos: takers.some(isAcknowledged) ? 1 : 0, retain, ...identifiersOf(takers) }
  }
}

const isAcknowledged = (subscription: DaakSubscription): boolean => grantedQoS(subscription) === 1

/** Of a service that is gone: nothing, as where a retained message is taken away [MQTT-3.3.1-6]. */
const messageOf = (service: string, info: ServiceInfo | undefined) => ({
  topic: topics.services(service),
  payload: info ? bytesOf(JSON.stringify(info)) : new Uint8Array(),
  ...(info && { contentType: 'application/json' }),
})
