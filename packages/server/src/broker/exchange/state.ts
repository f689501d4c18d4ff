import { type DaakTopic, isClientId } from '@daakia/protocol'
import type { Roster } from '../../state/roster/port.js'
import type { Membership } from './membership.js'
import { admit } from './messages.js'
import type { LiveSession } from './port.js'
import { badFilter } from './refusal.js'
import type { DaakSubscription, Granted, Row } from './row.js'
import { StateWatcher, type WatcherParts } from './state-watcher.js'

type State = Extract<DaakTopic, { kind: 'state' }>

export interface StateParts extends WatcherParts {
  membership: Membership
  roster: Pick<Roster, 'list'>
}

const conversationsAtOnce = 100

/** `daak/conversations/{c}/state/{bot}`, either of them `+`: retained, from the server to the members. */
export class StateRow implements Row<State> {
  readonly #watchers = new Map<LiveSession, StateWatcher>()
  readonly #byClient = new Map<string, Set<StateWatcher>>()

  constructor(private readonly parts: StateParts) {}

  async subscribe(session: LiveSession, topic: State, subscription: DaakSubscription): Promise<Granted> {
    if (topic.conversation !== '+') await admit(this.parts.membership, session, topic.conversation)
    if (topic.bot !== '+' && !isClientId(topic.bot)) throw badFilter('A bot is named by its id, or by + for all')
    const watcher = this.#watcherOf(session)
    const known = watcher.filters.has(subscription.filter)
    watcher.filters.set(subscription.filter, { topic, subscription })
    // [MQTT-3.3.1-9] to [MQTT-3.3.1-11]
    const retained = subscription.retainHandling === 0 || (subscription.retainHandling === 1 && !known)
    return retained ? { begin: () => this.#tellRetained(watcher, topic, subscription.filter) } : {}
  }

  /** What changed while the session was away is told as the newest state of each. */
  async resume(session: LiveSession, topic: State, subscription: DaakSubscription): Promise<Pick<Granted, 'begin'>> {
    const watcher = this.#watcherOf(session)
    watcher.filters.set(subscription.filter, { topic, subscription })
    return { begin: () => this.#tellRetained(watcher, topic, subscription.filter) }
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    const watcher = this.#watchers.get(session)
    const known = watcher?.filters.delete(filter) ?? false
    if (watcher?.filters.size === 0) this.detach(session)
    return known
  }

  detach(session: LiveSession): void {
    const watcher = this.#watchers.get(session)
    watcher?.stop()
    this.#watchers.delete(session)
    const key = keyOf(session.name.vendor, session.name.client)
    const watchers = this.#byClient.get(key)
    if (watcher) watchers?.delete(watcher)
    if (watchers?.size === 0) this.#byClient.delete(key)
  }

  /** A bot's public state in a conversation has changed. */
  async changed(vendor: string, conversation: string, bot: string): Promise<void> {
    if (this.#watchers.size === 0) return
    for (const member of (await this.parts.membership.members(vendor, conversation)) ?? [])
      for (const watcher of this.#byClient.get(keyOf(vendor, member)) ?? [])
        if (watcher.wants(conversation, bot)) watcher.tell({ conversation, bot })
  }

  /** Who has come to a conversation is told the states there. */
  joined(vendor: string, conversation: string, clients: readonly string[]): void {
    if (this.#watchers.size === 0) return
    for (const client of clients)
      for (const watcher of this.#byClient.get(keyOf(vendor, client)) ?? []) watcher.tell({ conversation })
  }

  /** Changes may have been missed: everybody is told the newest states. */
  missed(): void {
    for (const watcher of this.#watchers.values())
      for (const { topic } of watcher.filters.values()) this.#tellOf(watcher, topic)
  }

  #watcherOf(session: LiveSession): StateWatcher {
    const existing = this.#watchers.get(session)
    if (existing) return existing
    const watcher = new StateWatcher(session, this.parts)
    if (session.closed) return watcher
    this.#watchers.set(session, watcher)
    const key = keyOf(session.name.vendor, session.name.client)
    this.#byClient.set(key, (this.#byClient.get(key) ?? new Set()).add(watcher))
    return watcher
  }

  #tellRetained(watcher: StateWatcher, topic: State, filter: string): void {
    this.#tellOf(watcher, topic, filter)
  }

  /** With a filter, as retained messages to it. */
  #tellOf(watcher: StateWatcher, { conversation, bot }: State, filter?: string): void {
    const about = { ...(bot !== '+' && { bot }), ...(filter !== undefined && { retainedFor: filter }) }
    if (conversation !== '+') watcher.tell({ conversation, ...about })
    else this.#tellOfAll(watcher, about).catch(this.parts.failed)
  }

  async #tellOfAll(watcher: StateWatcher, about: { bot?: string; retainedFor?: string }): Promise<void> {
    const over = this.parts.activity.begin()
    try {
      for await (const conversation of this.#conversationsOf(watcher.session)) watcher.tell({ conversation, ...about })
    } finally {
      over()
    }
  }

  async *#conversationsOf({ name }: LiveSession): AsyncGenerator<string> {
    for (let after = ''; ; ) {
      const page = await this.parts.roster.list(name.vendor, name.client, after, conversationsAtOnce)
      for (const { conversation } of page) yield conversation
      const last = page.at(-1)
      if (!last) return
      after = last.conversation
    }
  }
}

const keyOf = (vendor: string, client: string) => `${vendor}/${client}`
