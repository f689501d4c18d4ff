import type { RedisLink } from '../../redis/link.js'
import { RedisScript } from '../../redis/script.js'
import type { Key, Table } from '../port.js'
import { beginningOf, Layout, readKey } from './layout.js'
import scanSource from './scan.lua'

const scan = new RedisScript('scan', scanSource)

/** Under what the entries of a table that is followed lie in one part, in an order that stays the same. It looks at all keys. */
export const sequencesOf = async (link: RedisLink, partition: number, table: Table<unknown>): Promise<Key[]> => {
  const beginning = beginningOf(link.prefix, partition)
  const first = new Layout(beginning).sequenceKey(table, [])
  const found = new Set<string>()
  let at = '0'
  do {
    const [next, names] = (await link.run(scan, [beginning], [at, `${escaped(first)}*`])) as [Buffer, Buffer[]]
    for (const name of names) found.add(name.toString().slice(first.length))
    at = next.toString()
  } while (at !== '0')
  return [...found].sort().map(readKey)
}

/** What means something in a pattern of Redis. */
const escaped = (text: string): string => text.replace(/[*?[\]\\^-]/g, '\\$&')
