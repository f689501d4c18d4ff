/** A claim of this node: waiting for the name, acting under it, or losing it. */
export class Holding {
  #ended: Promise<void> | undefined

  constructor(
    readonly fence: number,
    private readonly lost: () => Promise<void> | void,
    /** Resolves when it has the name; rejects where it will not get it. */
    readonly has: Promise<void>,
  ) {}

  get isEnding(): boolean {
    return this.#ended !== undefined
  }

  /** Another takes the name. Resolves when the one who has it, or is to get it first, has settled. */
  end(): Promise<void> {
    this.#ended ??= this.has.then(
      () => this.lost(),
      () => {},
    )
    return this.#ended
  }
}
