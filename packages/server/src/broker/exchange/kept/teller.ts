import type { DaakTopic } from '@daakia/protocol'
import type { Activity } from '../../../activity.js'
import { grantedQoS } from '../inbox-row.js'
import { identifiersOf, type Listener, matching } from '../listeners.js'
import type { PacedSender } from '../paced.js'
import type { Delivery } from '../port.js'
import type { KeptSource, Told } from './source.js'

export interface TellerParts<T extends DaakTopic, S> {
  source: KeptSource<T, S>
  sender: PacedSender
  activity: Activity
  failed(error: unknown): void
}

/** Of how many things a session that is slow is remembered to be behind; with more, it is told all there is. */
const mostNews = 1_000

/** Tells one session what it subscribes to: the newest of each thing, however often that has changed meanwhile. */
export class Teller<T extends DaakTopic, S> {
  readonly #news = new Map<string, S>()
  /** New filters that are told what there is, as retained messages. */
  readonly #asking: string[] = []
  #behind = false
  #begun = false
  #telling = false
  #stopped = false
  #leaveWaiting = () => {}

  constructor(
    private readonly listener: Listener<T>,
    private readonly parts: TellerParts<T, S>,
  ) {}

  /** The subscription was acknowledged; with `filter`, it is told what there is. */
  begin(filter: string | undefined): void {
    this.#begun = true
    if (filter !== undefined && !this.#asking.includes(filter)) this.#asking.push(filter)
    this.#wake()
  }

  changed(subject: S): void {
    const { source } = this.parts
    if (![...this.listener.filters.values()].some(({ topic }) => source.covers(topic, subject))) return
    if (this.#news.size < mostNews) this.#news.set(source.keyOf(subject), subject)
    else {
      this.#news.clear()
      this.#behind = true
    }
    this.#wake()
  }

  /** Changes may have been missed: it is told how everything is now. */
  missed(): void {
    this.#behind = true
    this.#wake()
  }

  stop(): void {
    this.#stopped = true
    this.#news.clear()
    this.#leaveWaiting()
  }

  #wake(): void {
    if (this.#begun && !this.#telling && !this.#stopped) void this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    this.#telling = true
    const over = this.parts.activity.begin()
    try {
      // What is committed together is told together.
      await undefined
      while (!this.#stopped && (await this.#tellNext()));
    } catch (error) {
      this.parts.failed(error)
    } finally {
      this.#telling = false
      over()
    }
  }

  /** Whether there was something to tell. */
  async #tellNext(): Promise<boolean> {
    const filter = this.#asking.shift()
    if (filter !== undefined) await this.#tellWhatThereIs([filter], filter)
    else if (this.#behind) {
      this.#behind = false
      await this.#tellWhatThereIs([...this.listener.filters.keys()])
    } else return this.#tellNews()
    return true
  }

  async #tellNews(): Promise<boolean> {
    const [next] = this.#news
    if (!next) return false
    await this.#tell(next[1])
    return true
  }

  async #tellWhatThereIs(filters: readonly string[], retainedFor?: string): Promise<void> {
    for (const filter of filters) {
      const topic = this.listener.filters.get(filter)?.topic
      if (!topic) continue
      if (retainedFor === undefined) await this.#tellEach(topic)
      else await this.#tellRetained(topic, retainedFor)
    }
  }

  async #tellEach(topic: T, retainedFor?: string): Promise<void> {
    for await (const subject of this.parts.source.subjects(this.listener.session, topic)) {
      if (this.#stopped) return
      await this.#tell(subject, retainedFor)
    }
  }

  /** What changes after its page was read is news. */
  async #tellRetained(topic: T, filter: string): Promise<void> {
    const { pages } = this.parts.source
    if (!pages) return this.#tellEach(topic, filter)
    for await (const page of pages(this.listener.session, topic))
      for (const { subject, told } of page) {
        if (this.#stopped) return
        if (!this.#send(told, subject, filter)) await this.#tell(subject, filter)
      }
  }

  /** What has changed while there was no room is told as it is when there is. */
  async #tell(subject: S, retainedFor?: string): Promise<void> {
    const { source } = this.parts
    for (;;) {
      // To a new filter it is told apart from what the others hear.
      if (retainedFor === undefined) this.#news.delete(source.keyOf(subject))
      const told = await source.read(this.listener.session, subject)
      if (this.#send(told, subject, retainedFor)) return
      await this.#room()
    }
  }

  /** Whether there is no more to do about it: it was sent, or there is nobody who would take it. */
  #send(told: Told | undefined, subject: S, retainedFor: string | undefined): boolean {
    const delivery = told && this.#deliveryOf(told, subject, retainedFor)
    return !delivery || this.#stopped || this.parts.sender.sendNow(this.listener.session, delivery)
  }

  #deliveryOf(told: Told, subject: S, retainedFor: string | undefined): Delivery | undefined {
    if (retainedFor !== undefined && told.payload.length === 0) return undefined
    const takers = matching(
      this.listener,
      (topic, { filter }) =>
        (retainedFor === undefined || retainedFor === filter) && this.parts.source.covers(topic, subject),
    )
    if (takers.length === 0) return undefined
    return {
      ...told,
      qos: takers.some((subscription) => grantedQoS(subscription) === 1) ? 1 : 0,
      retain: retainedFor !== undefined || takers.some(({ retainAsPublished }) => retainAsPublished),
      ...(told.payload.length > 0 && { contentType: 'application/json' }),
      ...identifiersOf(takers),
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#leaveWaiting = resolve
      this.listener.session.whenRoom(resolve)
    })
  }
}
