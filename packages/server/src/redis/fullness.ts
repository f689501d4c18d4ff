/** Which parts of what is stored take no more. In a Cluster one master may be full, and another one not. */
export class Fullness {
  readonly #full = new Set<string>()

  /** @param changed told when a first part is full, and when none is any more */
  constructor(private readonly changed: (isFull: boolean) => void) {}

  /** Something was written to this part, or there was no room for it. */
  note(part: string, isFull: boolean): void {
    if (this.#full.has(part) === isFull) return
    if (isFull) this.#full.add(part)
    else this.#full.delete(part)
    if (this.#full.size === (isFull ? 1 : 0)) this.changed(isFull)
  }
}
