/** Messages that were given names, as they are stored. */
export interface StoredNames {
  /** The `seq` of each, by name. */
  known?: Readonly<Record<string, number>>
  /** Of those in the commit that stores this: how many messages it says after each. */
  fresh?: Readonly<Record<string, number>>
}

/** A message that may have a name. */
export interface Named {
  as?: string
}

/** There is no message of that name to edit or unsend. */
export class NothingSaidAs extends Error {
  override readonly name = 'NothingSaidAs'
  constructor(name: string) {
    super(`Nothing was said as "${name}" in this run: say(…, { as: '${name}' }) names a message`)
  }
}

/** Where the messages that were given names stand in the journal: known once their commit was applied. */
export class SaidNames {
  readonly #known: Map<string, number>
  #fresh: Map<string, number>

  constructor(stored: StoredNames | undefined, commitHead: number | undefined) {
    this.#known = new Map(Object.entries(stored?.known ?? {}))
    this.#fresh = new Map(Object.entries(stored?.fresh ?? {}))
    if (commitHead !== undefined) this.committed(commitHead)
  }

  committed(head: number): void {
    for (const [name, after] of this.#fresh) this.#known.set(name, head - after)
    this.#fresh = new Map()
  }

  /** @throws NothingSaidAs */
  seqOf(name: string): number {
    const seq = this.#known.get(name)
    if (seq === undefined) throw new NothingSaidAs(name)
    return seq
  }

  /** @throws NothingSaidAs */
  forget(name: string): number {
    const seq = this.seqOf(name)
    this.#known.delete(name)
    return seq
  }

  /** What is to be stored with a commit of these messages. */
  store(messages: readonly Named[]): StoredNames | undefined {
    this.#fresh = new Map(messages.flatMap(({ as }, at) => (as === undefined ? [] : [[as, messages.length - 1 - at]])))
    const known = Object.fromEntries(this.#known)
    const fresh = Object.fromEntries(this.#fresh)
    if (this.#known.size + this.#fresh.size === 0) return undefined
    return { ...(this.#known.size > 0 && { known }), ...(this.#fresh.size > 0 && { fresh }) }
  }
}
