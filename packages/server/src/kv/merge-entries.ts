import { compareKeys } from './compare-keys.js'
import type { RawEntry } from './engine.js'

/** Two sequences in the same order as one; `over` wins where both have a key. */
export function* mergeEntries(
  base: Iterable<RawEntry>,
  over: Iterable<RawEntry>,
  direction: 1 | -1,
): Iterable<RawEntry> {
  const others = over[Symbol.iterator]()
  let next = others.next()
  for (const entry of base) {
    let order = -1
    while (!next.done) {
      order = compareKeys(next.value.key, entry.key) * direction
      if (order > 0) break
      yield next.value
      next = others.next()
      if (order === 0) break
    }
    if (order !== 0) yield entry
  }
  for (; !next.done; next = others.next()) yield next.value
}
