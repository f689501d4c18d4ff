import { Visitor } from '../devices/visitor.js'
import type { JournalLine } from '../history/event.js'

/** Journals that are read again and again: what is new, and the last line that was known, by which one shows that went back. */
export class Journals {
  readonly #port: () => number
  readonly #known = new Map<string, readonly JournalLine[]>()

  constructor(port: () => number) {
    this.#port = port
  }

  /** All of it, as somebody in the conversation reads it. @throws Error where the server does not let it in, or goes away */
  async read(conversation: string, client: string): Promise<readonly JournalLine[]> {
    const visitor = await Visitor.connect(this.#port(), client)
    try {
      const known = this.#known.get(conversation) ?? []
      const last = known.at(-1)
      const [again, ...more] = last ? await visitor.journal(conversation, last.seq - 1) : []
      const isThere = again !== undefined && again.id === last?.id && again.at === last.at
      const lines = isThere ? [...known, ...more] : await visitor.journal(conversation)
      this.#known.set(conversation, lines)
      return lines
    } finally {
      visitor.close()
    }
  }

  /** What is read next is read whole. */
  forget(): void {
    this.#known.clear()
  }
}
