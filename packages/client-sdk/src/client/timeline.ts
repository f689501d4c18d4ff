import { Listeners, type Stop } from '../listeners.js'
import type { Draft, Message } from './message.js'

/**
 * A line of a conversation as a UI shows it.
 *
 * @example
 * const mark = ({ status }: TimelineEntry): string => ({ sent: '✓', sending: '…', failed: '!' })[status]
 */
export type TimelineEntry =
  /** In the journal. */
  | { status: 'sent'; message: Message }
  /** Mine, and on its way. */
  | { status: 'sending'; message: Draft }
  /** Mine, and refused. */
  | { status: 'failed'; message: Draft; error: Error }

type Own = Exclude<TimelineEntry, { status: 'sent' }>

/**
 * The messages of one conversation that this client has come across, in the order of the journal, and after them those
 * of its own that are not in it yet. Made for UIs: `entries` stays the same list until something changes.
 *
 * @example
 * const { timeline } = client.to('order-bot')
 * timeline.subscribe(() => console.log(timeline.entries.map(({ message }) => message.plain)))
 */
export class Timeline {
  readonly #listeners = new Listeners<[]>()
  #sent: Message[] = []
  readonly #own = new Map<string, Own>()
  #entries: readonly TimelineEntry[] | undefined

  get entries(): readonly TimelineEntry[] {
    const sent = () => this.#sent.map((message): TimelineEntry => ({ status: 'sent', message }))
    this.#entries ??= [...sent(), ...this.#own.values()]
    return this.#entries
  }

  /** Calls `listener` whenever `entries` has changed. */
  subscribe(listener: () => void): Stop {
    return this.#listeners.add(listener)
  }

  /** @internal */
  add(messages: readonly Message[], me: string): void {
    for (const message of messages) {
      if (message.from === me) this.#own.delete(message.id)
      this.#insert(message)
    }
    this.#changed()
  }

  /** @internal */
  sending(message: Draft): void {
    this.#own.set(message.id, { status: 'sending', message })
    this.#changed()
  }

  /** @internal */
  failed(message: Draft, error: Error): void {
    if (!this.#own.has(message.id)) return
    this.#own.set(message.id, { status: 'failed', message, error })
    this.#changed()
  }

  /** The journal is another one than before. @internal */
  forget(): void {
    this.#sent = []
    this.#changed()
  }

  #insert(message: Message): void {
    const before = this.#sent.findLastIndex(({ seq }) => seq <= message.seq)
    if (this.#sent[before]?.seq !== message.seq) this.#sent.splice(before + 1, 0, message)
  }

  #changed(): void {
    this.#entries = undefined
    this.#listeners.tell()
  }
}
