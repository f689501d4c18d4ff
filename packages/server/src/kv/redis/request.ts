import type { RedisArgument } from '../../redis/link.js'
import type { Change } from '../engine.js'
import type { Key } from '../port.js'
import type { Layout } from './layout.js'
import { orderedBytes } from './ordered-bytes.js'
import type { SegmentQuery } from './segments.js'
import type { Check, Missing } from './view.js'

/** What a script is given: its keys, each once, and its arguments, which name keys by their places. */
export class Request {
  readonly keys: string[]
  readonly args: RedisArgument[] = []
  readonly #places = new Map<string, number>()

  /** @param keys those that come first, and are named by nothing */
  constructor(...keys: readonly string[]) {
    this.keys = [...keys]
  }

  /** Asks for what is missing, in the language of `read.lua`. */
  read(missing: Missing): void {
    if (missing.kind === 'entry') this.args.push('e', this.#key(missing.place.hash), missing.place.field)
    else if (missing.kind === 'ends') this.args.push('n', this.#key(missing.sequence))
    else if (missing.kind === 'window') this.args.push('w', this.#key(missing.sequence), missing.from, missing.to)
    else this.args.push('r', ...this.#segment(missing.query))
  }

  /** Asks whether it is still so, in the language of `commit.lua`. */
  check(check: Check): void {
    if (check.kind === 'entry') this.args.push('e', this.#key(check.place.hash), check.place.field, check.stamp)
    else if (check.kind === 'ends') this.args.push('n', this.#key(check.sequence), check.ends)
    else this.args.push('r', ...this.#segment(check.query), check.digest)
  }

  /** Asks for a change, in the language of `commit.lua`. */
  change({ table, key, bytes }: Change, layout: Layout): void {
    if (table.followed) this.#changeNumbered(layout.sequenceKey(table, key.slice(0, -1)), key, bytes)
    else {
      const { hash, order } = layout.tableKeys(table)
      this.args.push(bytes ? 'p' : 'd', this.#key(hash), this.#key(order), orderedBytes(key))
      if (bytes) this.args.push(bytes)
    }
  }

  #changeNumbered(sequence: string, key: Key, bytes: Uint8Array | undefined): void {
    this.args.push(bytes ? 'a' : 'x', this.#key(sequence), key.at(-1) as number)
    if (bytes) this.args.push(bytes)
  }

  #segment({ table, min, max, count, reverse }: SegmentQuery): RedisArgument[] {
    return [this.#key(table.order), this.#key(table.hash), min, max, count, reverse ? '-' : '+']
  }

  #key(key: string): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.keys.push(key)
    this.#places.set(key, this.keys.length)
    return this.keys.length
  }
}
