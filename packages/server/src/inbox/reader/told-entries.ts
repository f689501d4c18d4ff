import type { InboxEntry } from '../port.js'

/** So many wait for a reader that is busy; where there are more, it reads. */
const most = 32

const none: readonly InboxEntry[] = []

/** Entries of an inbox of which its reader was told, in the order of their places. */
export class ToldEntries {
  #entries: InboxEntry[] = []

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** False where it does not follow the one before, or there are too many: all are forgotten then. */
  add(entry: InboxEntry): boolean {
    const last = this.#entries.at(-1)
    const fits = this.#entries.length < most && (!last || entry.offset === last.offset + 1)
    if (fits) this.#entries.push(entry)
    else this.#entries = []
    return fits
  }

  /** Takes all, and answers those after `offset`; `undefined` where something between is missing. */
  takeAfter(offset: number): readonly InboxEntry[] | undefined {
    const entries = this.#entries
    this.#entries = []
    const from = entries.findIndex((entry) => entry.offset > offset)
    if (from < 0) return none
    return entries[from]?.offset === offset + 1 ? entries.slice(from) : undefined
  }
}
