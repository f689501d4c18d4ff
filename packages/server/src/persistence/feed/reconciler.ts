import type { Alarm, Clock } from '@daakia/protocol'
import { incarnations } from '../../kv/incarnations.js'
import { under } from '../../kv/keys.js'
import type { Key, Partitions, SharedKeyValue } from '../../kv/port.js'
import type { Peers } from '../../peers/port.js'
import type { Feed } from './feed.js'
import { looksAt } from './lookers.js'
import { projected, reconciled } from './tables.js'

export interface ReconcilerParts {
  partitions: Partitions
  feed: Pick<Feed, 'restore'>
  peers: Pick<Peers, 'node' | 'members'>
  clock: Clock
  /** Told when all partitions are through. `partition`: the one that went back; of so many conversations others had what is lost. */
  reconciled(partition: number, conversations: number): void
  failed(error: unknown): void
}

/** How often it is looked whether something was left: it came late, its node has died, or a partition was away. */
const lookEveryMs = 60_000
/** So many conversations are looked at together. */
const atOnce = 128

/**
 * Walks, where a partition went back, over what the others have of its conversations, and takes away what is lost: so that it is put right
 * also where nothing is said any more.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts
  #alarm: Alarm | undefined
  #looking: Promise<void>
  #closed = false

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
    this.#looking = this.#look({ isFinal: false })
    this.#lookLater()
  }

  /** A partition did, or something else did meanwhile. */
  wentBack(): void {
    this.#lookNow({ isFinal: false })
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#alarm?.cancel()
    await this.#looking
  }

  #lookLater(): void {
    this.#alarm = this.#parts.clock.after(
      lookEveryMs,
      () => {
        this.#lookNow({ isFinal: true })
        this.#lookLater()
      },
      'upkeep',
    )
  }

  #lookNow(how: Pick<Walk, 'isFinal'>): void {
    this.#looking = this.#looking.then(() => this.#look(how))
  }

  async #look(how: Pick<Walk, 'isFinal'>): Promise<void> {
    const { partitions, peers, failed } = this.#parts
    const own = partitions.all.flatMap((home, at) => (looksAt(peers, at) ? [this.#lookAt(home, at, how)] : []))
    await Promise.all(own.map((each) => each.catch(failed)))
  }

  async #lookAt(home: SharedKeyValue, at: number, how: Pick<Walk, 'isFinal'>): Promise<void> {
    const [count] = (await home.read((reader) => reader.get(incarnations, [0]))) ?? [0]
    if (count === 0) return
    let conversations = 0
    let walks = 0
    for (const target of this.#parts.partitions.all) {
      if (target === home || this.#closed) continue
      const found = await this.#walk({ home, at, target, count, ...how })
      if (found === undefined) continue
      conversations += found
      walks++
    }
    if (walks > 0 && (how.isFinal || conversations > 0)) this.#parts.reconciled(at, conversations)
  }

  /** Answers in how many conversations something was lost; `undefined` where it had been looked through before. */
  async #walk({ home, at, target, count, isFinal }: Walk): Promise<number | undefined> {
    const mark = (await target.read((reader) => reader.get(reconciled, [at]))) ?? [0]
    if (isThrough(mark, count)) return undefined
    let restored = 0
    for (let after: Key = isFinal ? placeIn(mark, count) : []; !this.#closed; ) {
      const page = await target.read((reader) => [...reader.range(projected, { ...from(after), limit: atOnce })])
      const names = page.map(({ key }) => key as [string, string])
      const restoring = names
        .filter(([vendor, conversation]) => this.#parts.partitions.of(vendor, conversation) === home)
        .map(([vendor, conversation]) => this.#parts.feed.restore(target, vendor, conversation))
      restored += (await Promise.all(restoring)).filter((clients) => clients !== undefined).length
      const last = page.length === atOnce ? names.at(-1) : undefined
      if (isFinal) await target.write((tx) => tx.put(reconciled, [at], last ? [count, ...last] : [count]))
      if (!last) return restored
      after = last
    }
    return undefined
  }
}

interface Walk {
  home: SharedKeyValue
  at: number
  target: SharedKeyValue
  /** How often the partition has gone back. */
  count: number
  /** What was on its way when it did has come, or never will. */
  isFinal: boolean
}

type Mark = NonNullable<(typeof reconciled)['value']>

const isThrough = ([of, vendor]: Mark, count: number): boolean => of >= count && vendor === undefined

const placeIn = ([of, vendor, conversation]: Mark, count: number): Key =>
  of === count && vendor !== undefined && conversation !== undefined ? [vendor, conversation] : []

const from = (after: Key) => (after.length === 0 ? under() : { ...under(), from: [...after, 0] })
