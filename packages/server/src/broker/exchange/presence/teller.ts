import { bytesOf, type Presence as ClientPresence, type DaakTopic, topics } from '@daakia/protocol'
import type { Activity } from '../../../activity.js'
import type { Presence } from '../../../state/presence/port.js'
import { grantedQoS } from '../inbox-row.js'
import { covers, identifiersOf } from '../listeners.js'
import type { PacedSender } from '../paced.js'
import type { LiveSession } from '../port.js'
import type { DaakSubscription } from '../row.js'

type PresenceTopic = Extract<DaakTopic, { kind: 'presence' }>

export interface TellerParts {
  presence: Pick<Presence, 'read'>
  sender: PacedSender
  activity: Activity
  failed(error: unknown): void
}

const clientsAtOnce = 100

/** A client of which is to be told: to all that take it in, or as a retained message to a new subscription. */
interface News {
  client: string
  retainedFor?: string
}

/**
 * Tells one session of the clients that it watches, of each how it is when there is room to say so: one after the other,
 * so that what is told last is the newest.
 */
export class PresenceTeller {
  readonly filters = new Map<string, { topic: PresenceTopic; subscription: DaakSubscription }>()
  /** By what it is about, so that a client that changes often is told once. */
  readonly #news = new Map<string, News>()
  #telling: Promise<void> | undefined

  constructor(
    readonly session: LiveSession,
    private readonly parts: TellerParts,
  ) {}

  /** The presence of the client has changed. */
  tell(client: string): void {
    if (this.#takers({ client }).length === 0) return
    this.#news.set(client, { client })
    this.#tellAll()
  }

  /** Tells a new subscription what holds now, of those who were ever seen. Resolves when there is room for more. */
  tellRetained(clients: readonly string[], filter: string): Promise<void> {
    for (const client of clients) this.#news.set(`${client}/${filter}`, { client, retainedFor: filter })
    return this.#tellAll()
  }

  #tellAll(): Promise<void> {
    this.#telling ??= this.#run().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  async #run(): Promise<void> {
    const over = this.parts.activity.begin()
    try {
      // What is told together waits for what happens together.
      await undefined
      while (this.#news.size > 0 && !this.session.closed) await this.#tellSome()
    } catch (error) {
      this.parts.failed(error)
    } finally {
      over()
    }
  }

  async #tellSome(): Promise<void> {
    const some = [...this.#news].slice(0, clientsAtOnce)
    for (const [key] of some) this.#news.delete(key)
    const news = some.map(([, each]) => each)
    const presences = await this.#read(news.map(({ client }) => client))
    for (const [i, each] of news.entries()) await this.#send(each, presences[i] as ClientPresence)
  }

  #read(clients: readonly string[]): Promise<readonly ClientPresence[]> {
    return this.parts.presence.read(this.session.name.vendor, clients)
  }

  async #send(news: News, presence: ClientPresence): Promise<void> {
    const retained = news.retainedFor !== undefined
    const takers = this.#takers(news)
    if (takers.length === 0 || presence.since === undefined) return
    await this.parts.sender.send(this.session, {
      topic: topics.presence(news.client),
      payload: bytesOf(JSON.stringify(presence)),
      qos: takers.some((subscription) => grantedQoS(subscription) === 1) ? 1 : 0,
      retain: retained || takers.some(({ retainAsPublished }) => retainAsPublished),
      contentType: 'application/json',
      ...identifiersOf(takers),
    })
  }

  #takers({ client, retainedFor }: News): DaakSubscription[] {
    return [...this.filters.values()]
      .filter(({ topic }) => covers(topic.client, client))
      .map(({ subscription }) => subscription)
      .filter(({ filter }) => retainedFor === undefined || retainedFor === filter)
  }
}
