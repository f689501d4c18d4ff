import { partOf } from './lost-parts.js'

/** The parts of what is stored that have a trouble, as being full. In a Cluster one master may have it, and another one not. */
export class TroubledParts {
  readonly #parts = new Set<string>()

  /** The part of this key has it, or has it no more. Answers whether it begins with that, or ends as no other has it. */
  note(key: string, isTroubled: boolean): 'begins' | 'ends' | undefined {
    const before = this.#parts.size
    if (isTroubled) this.#parts.add(partOf(key))
    else if (before > 0) this.#parts.delete(partOf(key))
    if (before === 0 && isTroubled) return 'begins'
    return before > 0 && this.#parts.size === 0 ? 'ends' : undefined
  }
}
