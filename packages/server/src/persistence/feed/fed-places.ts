import type { FeedEntry } from '../port.js'
import type { Places, Pointed } from '../projection.js'

/** Where clients have on their inboxes what is fed to them, as far as it was this node that brought it there. */
export class FedPlaces {
  readonly #bySeq = new Map<number, Map<string, number>>()
  #others: FedPlaces | undefined

  add(entries: readonly Pointed[], places: readonly Places[]): void {
    for (const [i, { message, members }] of entries.entries()) {
      const known = this.#bySeq.get(message.seq) ?? new Map<string, number>()
      this.#bySeq.set(message.seq, known)
      for (const [at, member] of members.entries()) known.set(member, places[i]?.[at] ?? 0)
    }
  }

  /** What is not here is there. */
  broughtWith(others: FedPlaces): void {
    this.#others = others
  }

  /** To whom something was brought. */
  get clients(): readonly string[] {
    return [...new Set([...this.#bySeq.values()].flatMap((known) => [...known.keys()]))]
  }

  of({ message, members }: Pick<FeedEntry, 'message' | 'members'>): Places {
    const known = this.#bySeq.get(message.seq)
    const others = this.#others?.of({ message, members })
    return members.map((member, at) => known?.get(member) ?? others?.[at] ?? 0)
  }
}
