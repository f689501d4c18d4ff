import { createHash } from 'node:crypto'
import type { Table } from '../../kv/port.js'
import { orderedBytes } from '../../kv/redis/ordered-bytes.js'
import { packValue } from '../../kv/values.js'
import type { Tell } from '../progress.js'
import type { CarriedEntry, Carrier } from './carry.js'
import { pagesOf } from './pages.js'
import type { Place } from './place.js'

/** What a table has. */
export interface MovedTable {
  table: string
  entries: number
  /** Over all keys and values, in whatever order: 64 hexadecimal digits. */
  sha256: string
}

/** What was moved, by what the source has, and by what is there. */
export interface Comparison {
  tables: readonly MovedTable[]
  /** Names of the tables that differ. */
  differing: readonly string[]
}

export interface Comparing {
  from: Place
  to: Place
  carriers: readonly Carrier[]
  progress: Tell
}

/** Reads all of both, and compares counts and hashes. */
export const compare = async ({ from, to, carriers, progress }: Comparing): Promise<Comparison> => {
  let done = 0
  const tell = (more: number) => {
    done += more
    progress({ doing: 'comparing', done })
  }
  const wanted = await digestsOf(from, carriers, tell)
  const found = await digestsOf(to, [...wanted.keys()].map(whole), tell)
  const tables = [...wanted].map(([table, digest]) => ({ table: table.name, ...digest.told }))
  const differing = [...wanted].filter(([table, digest]) => digest.differs(found.get(table)))
  return {
    tables: tables.filter(({ entries }) => entries > 0),
    differing: differing.map(([{ name }]) => name),
  }
}

const whole = (table: Table<unknown>): Carrier => ({ table, make: (entry) => [{ table, ...entry }] })

/** Each of the tables that entries go to has one. */
const digestsOf = async (place: Place, carriers: readonly Carrier[], tell: (entries: number) => void) => {
  const digests = new Map<Table<unknown>, Digest>()
  const digestOf = (table: Table<unknown>): Digest => {
    const digest = digests.get(table) ?? new Digest()
    digests.set(table, digest)
    return digest
  }
  for (const { table, make } of carriers) {
    for (const part of place.parts)
      for await (const { made } of pagesOf(place, part, table, make)) {
        for (const entry of made) digestOf(entry.table).add(entry)
        tell(made.length)
      }
  }
  return digests
}

const modulus = 2n ** 256n

/** Of a set of entries: the sum of their hashes, so that it is the same in any order. */
class Digest {
  #entries = 0
  #sum = 0n

  add({ key, value }: CarriedEntry): void {
    const hash = createHash('sha256').update(orderedBytes(key)).update('\0').update(packValue(value)).digest('hex')
    this.#entries++
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % modulus
  }

  get told(): { entries: number; sha256: string } {
    return { entries: this.#entries, sha256: this.#sum.toString(16).padStart(64, '0') }
  }

  differs(other: Digest | undefined): boolean {
    return this.#entries !== (other?.told.entries ?? 0) || this.told.sha256 !== (other ?? new Digest()).told.sha256
  }
}
