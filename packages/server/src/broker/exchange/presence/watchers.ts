import type { LiveSession } from '../port.js'
import type { PresenceTeller } from './teller.js'

/** A client of which a connection watches. */
export interface Watcher {
  /** Of its connections that watch. */
  readonly tellers: Map<LiveSession, PresenceTeller>
  /** Conversations by which it is found. */
  readonly conversations: Set<string>
  /** How many of its subscriptions go through its conversations now, and what it has left meanwhile. */
  meeting: number
  readonly left: Set<string>
}

/**
 * Who watches in one vendor. They are found by their conversations: news of a client costs as much as it has
 * conversations and watchers, however many members those conversations have.
 */
export class Watchers {
  /** Of the vendor's own connections, which see all of its clients. */
  readonly overseers = new Map<LiveSession, PresenceTeller>()
  readonly #byClient = new Map<string, Watcher>()
  readonly #byConversation = new Map<string, Set<Watcher>>()

  get empty(): boolean {
    return this.#byClient.size === 0 && this.overseers.size === 0
  }

  /** Only overseers watch. */
  get aloof(): boolean {
    return this.#byClient.size === 0
  }

  get(client: string): Watcher | undefined {
    return this.#byClient.get(client)
  }

  in(conversation: string): Iterable<Watcher> {
    return this.#byConversation.get(conversation) ?? []
  }

  /** Of all sessions that watch. */
  *tellers(): Iterable<PresenceTeller> {
    yield* this.overseers.values()
    for (const { tellers } of this.#byClient.values()) yield* tellers.values()
  }

  tellerOf(session: LiveSession): PresenceTeller | undefined {
    return this.#tellersOf(session)?.get(session)
  }

  add(session: LiveSession, teller: PresenceTeller): void {
    if (isOverseer(session)) this.overseers.set(session, teller)
    else this.#watcherOf(session.name.client).tellers.set(session, teller)
  }

  remove(session: LiveSession): void {
    this.#tellersOf(session)?.delete(session)
    const { client } = session.name
    const watcher = this.#byClient.get(client)
    if (!watcher || watcher.tellers.size > 0) return
    for (const conversation of watcher.conversations) this.#part(watcher, conversation)
    this.#byClient.delete(client)
  }

  /** The client has come to the conversation. Answers who is to be told that, if it watches. */
  join(client: string, conversation: string): Watcher | undefined {
    const watcher = this.#byClient.get(client)
    watcher?.left.delete(conversation)
    if (watcher) this.#find(watcher, conversation)
    return watcher
  }

  leave(client: string, conversation: string): void {
    const watcher = this.#byClient.get(client)
    if (!watcher) return
    if (watcher.meeting > 0) watcher.left.add(conversation)
    this.#part(watcher, conversation)
  }

  /** It was in the conversation a moment ago. Answers whether it is still. */
  met(watcher: Watcher, conversation: string): boolean {
    if (watcher.tellers.size === 0 || watcher.left.has(conversation)) return false
    this.#find(watcher, conversation)
    return true
  }

  #tellersOf(session: LiveSession): Map<LiveSession, PresenceTeller> | undefined {
    return isOverseer(session) ? this.overseers : this.#byClient.get(session.name.client)?.tellers
  }

  #watcherOf(client: string): Watcher {
    const known = this.#byClient.get(client)
    if (known) return known
    const watcher: Watcher = { tellers: new Map(), conversations: new Set(), meeting: 0, left: new Set() }
    this.#byClient.set(client, watcher)
    return watcher
  }

  #find(watcher: Watcher, conversation: string): void {
    watcher.conversations.add(conversation)
    const watchers = this.#byConversation.get(conversation) ?? new Set()
    this.#byConversation.set(conversation, watchers.add(watcher))
  }

  #part(watcher: Watcher, conversation: string): void {
    watcher.conversations.delete(conversation)
    const watchers = this.#byConversation.get(conversation)
    watchers?.delete(watcher)
    if (watchers?.size === 0) this.#byConversation.delete(conversation)
  }
}

/** A vendor sees all of its clients. */
export const isOverseer = ({ name }: LiveSession): boolean => name.role === 'vendor'
