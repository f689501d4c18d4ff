import { setImmediate } from 'node:timers/promises'
import { above, under } from '../../kv/keys.js'
import type { Key, Reader, SharedKeyValue, Table } from '../../kv/port.js'
import type { Place } from './place.js'

export interface StoredEntry {
  key: Key
  value: unknown
}

/** What was made of some entries, and the last of these. */
export interface Page<T> {
  made: T[]
  last: Key
}

/** What is to be made of an entry; it may read what lies in the same part. */
export type Make<T> = (entry: StoredEntry, reader: Reader) => readonly T[]

/** Reads all entries of a table in one part, a few at a time, after this key. */
export async function* pagesOf<T>(
  place: Place,
  part: SharedKeyValue,
  table: Table<unknown>,
  make: Make<T>,
  after?: Key,
): AsyncGenerator<Page<T>> {
  if (!table.followed) yield* pagesIn(place, part, table, make, { start: after ? [...after, 0] : [], ...under() })
  else {
    const begun = after?.slice(0, -1)
    for await (const prefix of place.prefixes(table, part, begun)) {
      const isBegun = begun?.every((each, i) => each === prefix[i])
      const { from, to } = above(isBegun ? (after?.at(-1) as number) : 0, ...prefix)
      yield* pagesIn(place, part, table, make, { start: from, to })
    }
  }
}

async function* pagesIn<T>(
  { pageSize, partsOf }: Place,
  part: SharedKeyValue,
  table: Table<unknown>,
  make: Make<T>,
  { start, to }: { start: Key; to: Key },
): AsyncGenerator<Page<T>> {
  for (let from: Key = start; ; ) {
    const { made, last, count } = await part.read((reader) => {
      const entries = [...reader.range(table, { from, to, limit: pageSize })]
      return {
        // What has copies is read once.
        made: entries.flatMap((entry) =>
          partsOf(table, entry.key, entry.value)[0] === part ? make(entry, reader) : [],
        ),
        last: entries.at(-1)?.key,
        count: entries.length,
      }
    })
    if (!last) return
    yield { made, last }
    if (count < pageSize) return
    from = [...last, 0]
    await setImmediate()
  }
}
