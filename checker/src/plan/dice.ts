import type { Random } from '@daakia/protocol'

/** Chance from a seed: the same seed and name give the same numbers, whatever other dice are thrown meanwhile. */
export class Dice {
  readonly #random: Random
  readonly #seed: string

  constructor(seed: string) {
    this.#seed = seed
    this.#random = mixed(seed)
  }

  /** Dice of their own, so that what is added to one part of a plan leaves the others as they were. */
  of(name: string): Dice {
    return new Dice(`${this.#seed}/${name}`)
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1))
  }

  /** True so often out of one. */
  chance(share: number): boolean {
    return this.#random() < share
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items]
    return items.map(() => left.splice(Math.floor(this.#random() * left.length), 1)[0] as T)
  }

  /** How long until the next of things that come as they like, so often a second on average; milliseconds. */
  waitMs(perSecond: number): number {
    return (-Math.log(1 - this.#random()) / perSecond) * 1000
  }
}

/** The state of the generator: FNV-1a over the text, stirred by the finaliser of MurmurHash3. */
const mixed = (seed: string): Random => {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) as number), 0x01000193) >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = state
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}
