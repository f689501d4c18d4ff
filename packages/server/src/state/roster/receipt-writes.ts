import { partitionOf, type SharedKeyValue, type Transaction } from '../../kv/port.js'
import { rosters } from './tables.js'

interface Places {
  delivered: number
  read: number
}

type RosterKey = readonly [vendor: string, client: string, conversation: string]

/** A write that is under way, and what has come meanwhile. */
interface Line {
  next: Places | undefined
  /** Resolves when `next` is on disk. */
  after: Promise<boolean> | undefined
  current: Promise<boolean>
}

/** Writes receipts: those that come for one client in one conversation while one is being written share the next write. */
export class ReceiptWrites {
  readonly #lines = new Map<string, Line>()

  constructor(private readonly kv: SharedKeyValue) {}

  /** Resolves when the higher of these and of what is known is on disk; with false where there is no such entry. */
  write(key: RosterKey, places: Places): Promise<boolean> {
    const name = key.join('/')
    const line = this.#lines.get(name)
    if (!line) return this.#begin(name, key, places)
    line.next = highest(line.next ?? places, places)
    line.after ??= line.current.then(
      () => this.#goOn(name, key, line),
      () => this.#goOn(name, key, line),
    )
    return line.after
  }

  #goOn(name: string, key: RosterKey, { next }: Line): Promise<boolean> {
    return this.#begin(name, key, next as Places)
  }

  #begin(name: string, key: RosterKey, places: Places): Promise<boolean> {
    const line: Line = {
      next: undefined,
      after: undefined,
      current: partitionOf(this.kv, key[0], key[1]).write((tx) => raise(tx, key, places)),
    }
    this.#lines.set(name, line)
    const over = () => {
      if (!line.after) this.#lines.delete(name)
    }
    line.current.then(over, over)
    return line.current
  }
}

const highest = (one: Places, other: Places): Places => ({
  delivered: Math.max(one.delivered, other.delivered),
  read: Math.max(one.read, other.read),
})

/** Receipts never go back, and what was read was delivered too. */
const raise = (tx: Transaction, key: RosterKey, places: Places): boolean => {
  const record = tx.get(rosters, key)
  if (!record) return false
  const [joined, joinedAt, deliveredBefore, readBefore, ...muted] = record
  const { delivered, read } = highest({ delivered: deliveredBefore, read: readBefore }, places)
  tx.put(rosters, key, [joined, joinedAt, Math.max(delivered, read), read, ...muted])
  return true
}
