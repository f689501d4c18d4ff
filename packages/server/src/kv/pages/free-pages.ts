import type { Meta } from './meta.js'
import type { PageWalk } from './walk.js'

/** How many of the pages from this one on are listed as free. */
export const freePagesFrom = (first: number, walk: PageWalk, { free }: Meta): number => {
  let count = 0
  for (const { value } of walk.entries(free))
    for (const [page, length] of runsOf(value)) count += Math.max(0, page + length - Math.max(page, first))
  return count
}

/** A list of free pages: its length, then numbers of pages; a negative number is the length of a run that follows. */
function* runsOf(list: Buffer): Iterable<[page: number, length: number]> {
  const end = Math.min(list.length, 8 + 8 * Number(list.readBigInt64LE(0)))
  for (let at = 8; at < end; at += 8) {
    const number = Number(list.readBigInt64LE(at))
    if (number > 0) yield [number, 1]
    else if (number < 0 && at + 8 < end) {
      at += 8
      yield [Number(list.readBigInt64LE(at)), -number]
    }
  }
}
