import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import { journal, latest } from '../../persistence/tables.js'
import type { Tell } from '../progress.js'
import { sizeOf } from '../size-of.js'
import type { CarriedEntry, Carrier } from './carry.js'
import { type Page, pagesOf } from './pages.js'
import type { Place } from './place.js'
import { type Migration, migrations } from './unfinished.js'

/** So many entries, or so many bytes of values, are written together. */
const entriesAtOnce = 1_000
const bytesAtOnce = 2 ** 20

export interface Copying {
  from: Place
  to: Place
  carriers: readonly Carrier[]
  /** How far it is. */
  begun: Migration
  progress: Tell
}

/** Copies what is not there yet. How far it is is written with each step, so that it goes on where it was killed. */
export const copy = async ({ from, to, carriers, begun, progress }: Copying): Promise<void> => {
  let at = begun
  for (let table = begun.table; table < carriers.length; table++)
    for (let part = table === begun.table ? begun.part : 0; part < from.parts.length; part++) {
      const carrier = carriers[table] as Carrier
      const after = table === begun.table && part === begun.part ? begun.key : undefined
      const pages = pagesOf(from, from.parts[part] as SharedKeyValue, carrier.table, carrier.make, after)
      for await (const { made, last } of gathered(pages)) {
        at = { ...begun, table, part, key: last, entries: at.entries + made.length }
        await put(to, made, at)
        progress({ doing: 'copying', done: at.entries })
      }
    }
  await put(to, [], { ...begun, table: carriers.length, part: 0, entries: at.entries })
}

/** Several pages are written together where they are small. */
async function* gathered(pages: AsyncIterable<Page<CarriedEntry>>): AsyncGenerator<Page<CarriedEntry>> {
  let waiting: Page<CarriedEntry> | undefined
  let bytes = 0
  for await (const { made, last } of pages) {
    waiting = { made: [...(waiting?.made ?? []), ...made], last }
    bytes += made.reduce((sum, { value }) => sum + sizeOf(value), 0)
    if (waiting.made.length < entriesAtOnce && bytes < bytesAtOnce) continue
    yield waiting
    waiting = undefined
    bytes = 0
  }
  if (waiting) yield waiting
}

const put = async (to: Place, entries: readonly CarriedEntry[], at: Migration): Promise<void> => {
  const [home] = to.parts as [SharedKeyValue]
  const byPart = new Map<SharedKeyValue, CarriedEntry[]>([[home, []]])
  for (const entry of entries) {
    for (const part of to.partsOf(entry.table, entry.key, entry.value)) {
      const own = byPart.get(part) ?? []
      own.push(entry)
      byPart.set(part, own)
    }
  }
  // How far it is is written last: what was written before it is written once more.
  for (const [part, some] of [...byPart].reverse())
    await part.write((tx) => {
      for (const { table, key, value } of some) tx.put(table, key, value)
      if (to.kind === 'folder') raiseLatest(tx, some)
      if (part === home) tx.put(migrations, [0], at)
    })
}

/** A server of one process knows by it that a journal has nothing newer; nodes do not write it. */
const raiseLatest = (tx: Transaction, entries: readonly CarriedEntry[]): void => {
  const newest = entries.reduce(
    // Of a trimmed message only its number is left.
    (most, { table, value }) =>
      table === journal && value ? Math.max(most, (value as [string, string, number])[2]) : most,
    0,
  )
  if (newest >= (tx.get(latest, [0]) ?? 0) && newest > 0) tx.put(latest, [0], newest + 1)
}
