import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Inbox, InboxEntry } from '../../inbox/port.js'
import type { Store } from '../port.js'

export interface InboxTrimmerParts {
  store: Pick<Store, 'conversation'>
  inbox: Pick<Inbox, 'read' | 'trim'>
}

/** So many pointers are read at once, and removed in one transaction. */
const atOnce = 50

/** For each message that was trimmed so many pointers are looked at, so that those that lead nowhere stay the fewer. */
const looksPerMessage = 4

/** When more is remembered, all is forgotten: logs are then looked through from their low ends again. */
const mostPlaces = 100_000

/** `first` of conversations, as it was when they were asked for. */
type Firsts = Map<string, number>

/** Removes pointers that lead to messages which are kept no more, where they are found without an index of them. */
export class InboxTrimmer {
  /** By client: how far its log was looked through. */
  readonly #places = new Map<string, number>()

  constructor(private readonly parts: InboxTrimmerParts) {}

  /** So many messages of one of the client's conversations were trimmed: removes as many pointers, sooner or later. */
  async trim(vendor: string, client: string, messages: number): Promise<void> {
    const firsts: Firsts = new Map()
    await this.#trimLowEnd(vendor, client, firsts)
    await this.#lookThrough(vendor, client, firsts, messages * looksPerMessage)
  }

  async #trimLowEnd(vendor: string, client: string, firsts: Firsts): Promise<void> {
    for (let after = 0, limit = 1; ; limit = atOnce) {
      await nextTurn()
      const entries = await this.parts.inbox.read(vendor, client, after, limit)
      const dead = await this.#deadAmong(vendor, entries, firsts)
      await this.#remove(vendor, client, dead)
      const last = entries.at(-1)
      // Most logs begin with a message that is kept: that is seen by one entry.
      if (!last || dead.length < entries.length) return
      after = last.offset
    }
  }

  /** Goes on where it was last time, and at the end of the log begins anew. */
  async #lookThrough(vendor: string, client: string, firsts: Firsts, most: number): Promise<void> {
    const key = `${vendor}/${client}`
    let place = this.#places.get(key) ?? 0
    for (let left = most; left > 0; left -= atOnce) {
      await nextTurn()
      const limit = Math.min(atOnce, left)
      const entries = await this.parts.inbox.read(vendor, client, place, limit)
      await this.#remove(vendor, client, await this.#deadAmong(vendor, entries, firsts))
      place = entries.length < limit ? 0 : (entries.at(-1)?.offset ?? 0)
      if (place === 0) break
    }
    if (this.#places.size >= mostPlaces) this.#places.clear()
    if (place === 0) this.#places.delete(key)
    else this.#places.set(key, place)
  }

  async #remove(vendor: string, client: string, dead: readonly InboxEntry[]): Promise<void> {
    const offsets = dead.map(({ offset }) => offset)
    if (offsets.length > 0) await this.parts.inbox.trim(vendor, client, offsets)
  }

  async #deadAmong(vendor: string, entries: readonly InboxEntry[], firsts: Firsts): Promise<readonly InboxEntry[]> {
    for (const { conversation } of entries)
      if (!firsts.has(conversation)) firsts.set(conversation, await this.#firstOf(vendor, conversation))
    return entries.filter(({ conversation, seq }) => seq < (firsts.get(conversation) ?? 0))
  }

  async #firstOf(vendor: string, conversation: string): Promise<number> {
    return (await this.parts.store.conversation(vendor, conversation))?.first ?? Number.POSITIVE_INFINITY
  }
}
