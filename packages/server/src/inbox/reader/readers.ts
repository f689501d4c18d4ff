import type { Position } from '@daakia/protocol'
import type { LiveSession } from '../../broker/exchange/port.js'
import type { Inbox, InboxEntry, InboxHead } from '../port.js'
import { type Cursor, DurableCursor, noCursor } from './cursor.js'
import { InboxReader, type ReaderParts, type Start } from './reader.js'
import type { InboxSubscription } from './subscription.js'

export interface ReadersParts extends ReaderParts {
  inbox: Pick<Inbox, 'read' | 'head' | 'cursor' | 'acknowledge' | 'rewind'>
}

/** What was appended to inboxes. */
export interface Appended extends Pick<InboxEntry, 'conversation' | 'seq' | 'line'> {
  /** Where each client has it; 0 where that is not known. */
  places: readonly number[]
}

/** After a failure it is tried again so much later. */
const patienceMs = 1_000

const clientKey = (vendor: string, client: string) => `${vendor}/${client}`

/** The readers of all sessions that are connected and subscribe to their inbox. */
export class InboxReaders {
  readonly #bySession = new Map<LiveSession, InboxReader>()
  readonly #byClient = new Map<string, Set<InboxReader>>()

  /** How often something stored has gone back. */
  #setbacks = 0

  constructor(private readonly parts: ReadersParts) {}

  /**
   * Subscribes at the head of the inbox, or after `since`. A filter that a persistent session has already goes on where
   * it is, and so does the first one where the session has a cursor: there `since` is not heeded. Answers where the
   * subscription begins; call `begin` when that was told.
   */
  async subscribe(session: LiveSession, subscription: InboxSubscription, since?: Position): Promise<Position> {
    const before = this.#setbacks
    const head = await this.parts.inbox.head(session.name.vendor, session.name.client)
    const start = await this.#startOf(session, subscription.filter, head, since)
    if (this.#setbacks !== before) return this.subscribe(session, subscription, since)
    const offset = this.#readerOf(session, head.epoch, start?.after ?? head.offset).add(subscription, start)
    return { epoch: head.epoch, offset }
  }

  /** A persistent session is back: its subscriptions go on from its cursor. Call `begin` when all of them are in place. */
  async resume(session: LiveSession, subscription: InboxSubscription): Promise<void> {
    const before = this.#setbacks
    const head = await this.parts.inbox.head(session.name.vendor, session.name.client)
    const start = await this.#keptPlace(session, head)
    if (this.#setbacks !== before) return this.resume(session, subscription)
    const earlier = session.sent?.earlier(head.offset)
    this.#readerOf(session, head.epoch, start.after).add(subscription, { ...start, ...(earlier && { earlier }) })
  }

  async unsubscribe(session: LiveSession, filter: string): Promise<boolean> {
    const reader = this.#bySession.get(session)
    if (!reader?.remove(filter)) return false
    if (reader.idle) await this.#forget(session)
    return true
  }

  detach(session: LiveSession): void {
    const reader = this.#bySession.get(session)
    if (!reader) return
    reader.stop()
    this.#bySession.delete(session)
    const key = clientKey(session.name.vendor, session.name.client)
    const readers = this.#byClient.get(key)
    readers?.delete(reader)
    if (readers?.size === 0) this.#byClient.delete(key)
  }

  /** Lets the session's subscriptions hear. */
  begin(session: LiveSession): void {
    this.#bySession.get(session)?.begin()
  }

  /** Whether a session that is connected reads the inbox of one of these clients. */
  has(vendor: string, clients: readonly string[]): boolean {
    return clients.some((client) => this.#byClient.has(clientKey(vendor, client)))
  }

  /** Something was appended to the inbox of these clients. */
  wake(vendor: string, clients: readonly string[]): void {
    for (const client of clients)
      for (const reader of this.#byClient.get(clientKey(vendor, client)) ?? []) reader.wake()
  }

  /** This was appended to the inbox of these clients, at these places. */
  tell(vendor: string, clients: readonly string[], { conversation, seq, line, places }: Appended): void {
    for (const [i, client] of clients.entries()) {
      const readers = this.#byClient.get(clientKey(vendor, client))
      if (!readers) continue
      const offset = places[i]
      for (const reader of readers) {
        if (offset) reader.tell({ offset, conversation, seq, ...(line !== undefined && { line }) })
        else reader.wake()
      }
    }
  }

  /** The inboxes of these clients have gone back to an earlier moment: who reads them begins anew at the oldest entry. */
  wentBack(isConcerned: (vendor: string, client: string) => boolean): void {
    this.#setbacks++
    for (const [session, reader] of this.#bySession) {
      if (!isConcerned(session.name.vendor, session.name.client)) continue
      const halt = reader.halt()
      session.sent?.clear()
      this.#beginAnew(session, reader, halt)
    }
  }

  /** Something may have been appended to any inbox. */
  wakeAll(): void {
    for (const reader of this.#bySession.values()) reader.wake()
  }

  /** Resolves when the session was sent all that is in its inbox now, where it reads that. */
  async caughtUp(session: LiveSession): Promise<void> {
    const reader = this.#bySession.get(session)
    if (!reader) return
    const { offset } = await this.parts.inbox.head(session.name.vendor, session.name.client)
    reader.wake()
    await reader.passed(offset)
  }

  /** Tries it again for as long as the store is away. */
  #beginAnew(session: LiveSession, reader: InboxReader, halt: number): void {
    const isCurrent = () => this.#bySession.get(session) === reader && reader.isHaltedBy(halt)
    const place = () => this.#placeAnew(session)
    // What is asked at the moment at which a write has found it is refused with that write.
    const placed = place().catch(place)
    placed.then(
      (epoch) => {
        if (isCurrent()) reader.beginAnew(epoch, this.#cursorOf(session, 0))
      },
      (error) => {
        this.parts.failed(error)
        this.parts.clock.after(patienceMs, () => {
          if (isCurrent()) this.#beginAnew(session, reader, halt)
        })
      },
    )
  }

  /** Its cursor may be none of this inbox. Who comes back meanwhile, without any, would begin at the head. Answers the epoch. */
  async #placeAnew(session: LiveSession): Promise<number> {
    if (session.persistent) await this.parts.inbox.rewind(session.name)
    const { epoch } = await this.parts.inbox.head(session.name.vendor, session.name.client)
    return epoch
  }

  async #forget(session: LiveSession): Promise<void> {
    this.detach(session)
    session.sent?.clear()
    if (session.persistent) await this.parts.inbox.acknowledge(session.name, undefined)
  }

  /** `undefined`: the subscription is there already, and goes on where it is. */
  async #startOf(session: LiveSession, filter: string, head: InboxHead, since: Position | undefined) {
    const reader = this.#bySession.get(session)
    if (reader?.has(filter) && (session.persistent || !since)) return undefined
    if (!session.persistent) return placeOf(since, head)
    return reader ? placeOf(since, head) : this.#keptPlace(session, head, since)
  }

  #readerOf(session: LiveSession, epoch: number, offset: number): InboxReader {
    const existing = this.#bySession.get(session)
    if (existing) return existing
    const reader = new InboxReader(session, { epoch, offset }, this.#cursorOf(session, offset), this.parts)
    if (session.closed) return reader
    this.#bySession.set(session, reader)
    const key = clientKey(session.name.vendor, session.name.client)
    this.#byClient.set(key, (this.#byClient.get(key) ?? new Set()).add(reader))
    return reader
  }

  #cursorOf(session: LiveSession, start: number): Cursor {
    if (!session.sent) return noCursor
    return new DurableCursor(this.parts.inbox, session.name, start, session.sent, this.parts.failed)
  }

  /** The session's cursor; where it has none, one is made after `since`, or at the head. */
  async #keptPlace(session: LiveSession, head: InboxHead, since?: Position): Promise<Start> {
    const kept = await this.parts.inbox.cursor(session.name)
    if (kept) {
      const start = placeOf(kept, head)
      return kept.resync ? { ...start, resync: true } : start
    }
    const start = placeOf(since, head)
    await this.parts.inbox.acknowledge(session.name, start.after, { resync: start.resync ?? false })
    return start
  }
}

/**
 * A place that this inbox does not have, such as one of another epoch, gives its oldest entry. From one before what was
 * trimmed it goes on, but something is missing.
 */
export const placeOf = (since: Position | undefined, head: InboxHead): Start => {
  if (!since) return { after: head.offset }
  if (since.epoch !== head.epoch || since.offset > head.offset) return { after: 0, resync: true }
  return { after: since.offset, resync: since.offset < head.trimmed }
}
