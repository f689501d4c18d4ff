interface Said {
  readonly key: string
  readonly conversation: string
}

/** What is said in one conversation, in order, and what of it came last. */
interface Room<T> {
  all: Set<T>
  newest: T
}

/** What is not acknowledged yet, in the order in which it was said. */
export class Unsent<T extends Said> {
  readonly #byKey = new Map<string, T>()
  readonly #rooms = new Map<string, Room<T>>()

  get size(): number {
    return this.#byKey.size
  }

  has({ key }: T): boolean {
    return this.#byKey.has(key)
  }

  get(key: string): T | undefined {
    return this.#byKey.get(key)
  }

  /** In order. */
  values(): Iterable<T> {
    return this.#byKey.values()
  }

  /** Adds what was said last; answers what was said before it in its conversation. */
  add(said: T): T | undefined {
    this.#byKey.set(said.key, said)
    const room = this.#rooms.get(said.conversation)
    if (!room) this.#rooms.set(said.conversation, { all: new Set([said]), newest: said })
    else {
      const before = room.newest
      room.all.add(said)
      room.newest = said
      return before
    }
    return undefined
  }

  remove(key: string): void {
    const said = this.#byKey.get(key)
    const room = said && this.#rooms.get(said.conversation)
    if (!said || !room) return
    this.#byKey.delete(key)
    room.all.delete(said)
    if (room.all.size === 0) this.#rooms.delete(said.conversation)
    // It is the oldest that is acknowledged first: seldom is anything left behind the newest.
    else if (room.newest === said) for (const each of room.all) room.newest = each
  }

  clear(): void {
    this.#byKey.clear()
    this.#rooms.clear()
  }
}
