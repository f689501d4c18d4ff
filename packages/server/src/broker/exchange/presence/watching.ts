import type { DaakTopic } from '@daakia/protocol'
import type { MembershipEntry } from '../../../persistence/port.js'
import type { Presence, PresenceNews } from '../../../state/presence/port.js'
import type { Roster } from '../../../state/roster/port.js'
import { covers } from '../listeners.js'
import type { LiveSession } from '../port.js'
import type { DaakSubscription } from '../row.js'
import { conversationIdsOf, conversationsOf } from './sharing.js'
import { PresenceTeller, type TellerParts } from './teller.js'
import { isOverseer, type Watcher, Watchers } from './watchers.js'

type PresenceTopic = Extract<DaakTopic, { kind: 'presence' }>

export interface WatchingParts extends TellerParts {
  presence: Pick<Presence, 'read' | 'present'>
  roster: Pick<Roster, 'list' | 'ids'>
}

/** Brings the presence of clients to those who watch it: who shares a conversation with them, and their vendor. */
export class Watching {
  readonly #vendors = new Map<string, Watchers>()
  /** Clients that have changed, until all who watch them have been told. */
  readonly #news = new Map<string, PresenceNews>()
  #spreading = false

  constructor(private readonly parts: WatchingParts) {}

  /** Adds a subscription, or replaces the one with the same filter; `begin` it when that was told. Answers whether there was one. */
  add(session: LiveSession, topic: PresenceTopic, subscription: DaakSubscription): boolean {
    const { filters } = this.#tellerOf(session)
    const known = filters.has(subscription.filter)
    filters.set(subscription.filter, { topic, subscription })
    return known
  }

  /** Whether there was such a subscription. */
  remove(session: LiveSession, filter: string): boolean {
    const teller = this.#vendors.get(session.name.vendor)?.tellerOf(session)
    const known = teller?.filters.delete(filter) ?? false
    if (teller?.filters.size === 0) this.drop(session)
    return known
  }

  /** The session watches no more. */
  drop(session: LiveSession): void {
    const { vendor } = session.name
    const watchers = this.#vendors.get(vendor)
    watchers?.remove(session)
    if (watchers?.empty) this.#vendors.delete(vendor)
  }

  /** Lets a subscription hear of clients from now on, and tells it, where it is `retainedFor` its filter, how they are. */
  begin(session: LiveSession, topic: PresenceTopic, retainedFor: string | undefined): void {
    const watchers = this.#vendors.get(session.name.vendor)
    const teller = watchers?.tellerOf(session)
    if (!watchers || !teller) return
    const over = this.parts.activity.begin()
    const wants = { topic, retainedFor }
    const begun = isOverseer(session) ? this.#oversee(teller, wants) : this.#meet(watchers, teller, wants)
    begun.catch(this.parts.failed).finally(over)
  }

  /** The presence of a client has changed. */
  changed(news: PresenceNews): void {
    if (!this.#vendors.has(news.vendor)) return
    this.#news.set(`${news.vendor}/${news.client}`, news)
    if (!this.#spreading) void this.#spreadAll()
  }

  /** Changes may have been missed: everybody is told how all whom they watch are. */
  missed(): void {
    for (const watchers of this.#vendors.values())
      for (const teller of watchers.tellers()) this.#lookAgain(watchers, teller).catch(this.parts.failed)
  }

  /** Who comes to a conversation and who is in it see each other; who has left is told no more by it. */
  membersChanged({ vendor, conversation, members, joined, left }: MembershipEntry): void {
    const watchers = this.#vendors.get(vendor)
    if (!watchers || watchers.aloof) return
    for (const client of left) watchers.leave(client, conversation)
    for (const watcher of watchers.in(conversation)) for (const client of joined) tell(watcher, client)
    for (const client of joined) {
      const watcher = watchers.join(client, conversation)
      if (watcher) for (const member of members) tell(watcher, member)
    }
  }

  async #lookAgain(watchers: Watchers, teller: PresenceTeller): Promise<void> {
    const { vendor, client } = teller.session.name
    if (isOverseer(teller.session)) {
      for await (const present of this.parts.presence.present(vendor)) teller.tell(present)
      return
    }
    const watcher = watchers.get(client)
    if (!watcher) return
    teller.tell(client)
    for await (const page of conversationsOf(this.parts.roster, vendor, client))
      for (const { conversation, members } of page) {
        watchers.met(watcher, conversation)
        for (const member of members) teller.tell(member)
      }
  }

  #tellerOf(session: LiveSession): PresenceTeller {
    const { vendor } = session.name
    const watchers = this.#vendors.get(vendor) ?? new Watchers()
    this.#vendors.set(vendor, watchers)
    const known = watchers.tellerOf(session)
    if (known) return known
    const teller = new PresenceTeller(session, this.parts)
    watchers.add(session, teller)
    return teller
  }

  async #oversee(teller: PresenceTeller, { topic, retainedFor }: Wants): Promise<void> {
    if (retainedFor === undefined) return
    if (topic.client !== '+') return teller.tellRetained([topic.client], retainedFor)
    for await (const client of this.parts.presence.present(teller.session.name.vendor))
      await teller.tellRetained([client], retainedFor)
  }

  /** Goes through the conversations of the client that watches: from now on it is found by each of them. */
  async #meet(watchers: Watchers, teller: PresenceTeller, wants: Wants): Promise<void> {
    const { client } = teller.session.name
    const watcher = watchers.get(client)
    if (!watcher) return
    watcher.meeting++
    try {
      if (wants.retainedFor === undefined) await this.#meetQuietly(watchers, watcher, teller.session)
      else await this.#meetAndTell(watchers, watcher, teller, { ...wants, retainedFor: wants.retainedFor })
    } finally {
      watcher.meeting--
      if (watcher.meeting === 0) watcher.left.clear()
    }
  }

  /** Where nobody is to be told of, who is in the conversations is not read: that may be many. */
  async #meetQuietly(watchers: Watchers, watcher: Watcher, session: LiveSession): Promise<void> {
    const { vendor, client } = session.name
    for await (const page of conversationIdsOf(this.parts.roster, vendor, client)) {
      if (!watcher.tellers.has(session)) return
      for (const conversation of page) watchers.met(watcher, conversation)
    }
  }

  async #meetAndTell(
    watchers: Watchers,
    watcher: Watcher,
    teller: PresenceTeller,
    wants: Wants & { retainedFor: string },
  ) {
    const { vendor, client } = teller.session.name
    const known = new Set<string>()
    const tellOf = (clients: readonly string[]) => {
      const strangers = new Set(clients.filter((each) => covers(wants.topic.client, each) && !known.has(each)))
      for (const each of strangers) known.add(each)
      return strangers.size > 0 ? teller.tellRetained([...strangers], wants.retainedFor) : undefined
    }
    await tellOf([client])
    for await (const page of conversationsOf(this.parts.roster, vendor, client)) {
      if (!watcher.tellers.has(teller.session)) return
      await tellOf(
        page.filter(({ conversation }) => watchers.met(watcher, conversation)).flatMap(({ members }) => members),
      )
    }
  }

  async #spreadAll(): Promise<void> {
    this.#spreading = true
    const over = this.parts.activity.begin()
    // What changes together is told together.
    await undefined
    for (const [key, news] of this.#news) {
      this.#news.delete(key)
      await this.#spread(news).catch(this.parts.failed)
    }
    this.#spreading = false
    over()
  }

  async #spread({ vendor, client }: PresenceNews): Promise<void> {
    const watchers = this.#vendors.get(vendor)
    for (const teller of watchers?.overseers.values() ?? []) teller.tell(client)
    if (!watchers || watchers.aloof) return
    const told = new Set<Watcher>()
    const tellOnce = (watcher: Watcher) => {
      if (!told.has(watcher)) tell(watcher, client)
      told.add(watcher)
    }
    const own = watchers.get(client)
    if (own) tellOnce(own)
    for await (const page of conversationIdsOf(this.parts.roster, vendor, client))
      for (const conversation of page) for (const watcher of watchers.in(conversation)) tellOnce(watcher)
  }
}

/** What a subscription is to begin with. */
interface Wants {
  topic: PresenceTopic
  retainedFor: string | undefined
}

const tell = ({ tellers }: Watcher, client: string): void => {
  for (const teller of tellers.values()) teller.tell(client)
}
