import type { RedisAnswer, RedisArgument } from '../../redis/link.js'

/** Of no partition: none has so many commits. */
const ofNone: readonly RedisArgument[] = [Number.MAX_SAFE_INTEGER, Buffer.alloc(0)]

/** What a process has seen of the commits of a partition, which each script looks at before it does anything: `past.lua`. */
export class Past {
  #count = 0
  #newest: Buffer = Buffer.alloc(0)
  #line = 0

  /** Another one each time that it is found, or heard, that the partition went back. */
  get line(): number {
    return this.#line
  }

  /** The first arguments of each script. Where that was made on another line, it does nothing. */
  argsOn(line: number): readonly RedisArgument[] {
    return line === this.#line ? [this.#count, this.#newest] : ofNone
  }

  /** Nothing more is to be made of what was seen, though all of it may be there. */
  breakOff(): void {
    this.#line++
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
