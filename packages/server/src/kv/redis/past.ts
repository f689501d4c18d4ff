import type { RedisAnswer, RedisArgument } from '../../redis/link.js'

/** What a process has seen of the commits of a partition, which each script looks at before it does anything: `past.lua`. */
export class Past {
  #count = 0
  #newest: Buffer = Buffer.alloc(0)
  #line = 0

  /** Another one each time that the partition went back. */
  get line(): number {
    return this.#line
  }

  /** The first arguments of each script. */
  get args(): readonly RedisArgument[] {
    return [this.#count, this.#newest]
  }

  saw(count: RedisAnswer, newest: RedisAnswer): void {
    if ((count as number) < this.#count) return
    this.#count = count as number
    this.#newest = newest as Buffer
  }

  /** Of what was seen something is gone: this is what there is. Answers how many commits are lost, at least. */
  wentBack(count: RedisAnswer, newest: RedisAnswer): number {
    const lost = Math.max(1, this.#count - (count as number))
    this.#line++
    this.#count = count as number
    this.#newest = newest as Buffer
    return lost
  }
}
