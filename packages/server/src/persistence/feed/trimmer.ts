import type { Alarm, Clock } from '@daakia/protocol'
import type { Partitions, SharedKeyValue, Transaction } from '../../kv/port.js'
import { type Line, lineOf, sharedUpTo } from './line.js'
import { type FedEntry, feeds } from './tables.js'

/** What comes in that time is taken from the feeds together: before anybody has found it there twice, and brings it on. */
const gatherMs = 1_000

interface Done {
  vendor: string
  conversation: string
  /** Up to here it has come to everybody. */
  seq: number
  /** On which it has. */
  line: Line
  /** What has. */
  entries: readonly FedEntry[]
}

/** Takes from feeds what has come to everybody: later and together, or with what is said there next. */
export class FeedTrimmer {
  readonly #done = new Map<string, Done>()
  #alarm: Alarm | undefined
  #trimming: Promise<void> = Promise.resolve()

  constructor(
    private readonly partitions: Partitions,
    private readonly clock: Clock,
  ) {}

  projected({ vendor, conversation, seq, line, entries }: Done): void {
    const name = nameOf(vendor, conversation)
    const known = this.#done.get(name)
    const isFarther = known && (known.line.count === line.count ? known.seq < seq : known.line.count < line.count)
    if (!known || isFarther) this.#done.set(name, { vendor, conversation, seq, line, entries })
    this.#alarm ??= this.clock.after(gatherMs, () => this.#trim(), 'upkeep')
  }

  /** What of a feed may still be on its way. */
  withoutProjected(
    { vendor, conversation, line }: Pick<Done, 'vendor' | 'conversation' | 'line'>,
    entries: readonly FedEntry[],
  ): readonly FedEntry[] {
    const done = entries.length > 0 && this.#done.get(nameOf(vendor, conversation))
    return done ? withoutDone(entries, done, line) : entries
  }

  /** What has come from this partition to everybody, or to this one, may have been of a future that is lost. */
  forget(partition: SharedKeyValue): void {
    for (const [name, done] of this.#done) if (this.#concerns(done, partition)) this.#done.delete(name)
  }

  /** Trims what is left to trim. */
  async close(): Promise<void> {
    this.#trim()
    await this.#trimming
  }

  #concerns({ vendor, conversation, entries }: Done, partition: SharedKeyValue): boolean {
    const isIn = (name: string) => this.partitions.of(vendor, name) === partition
    const clientsOf = ({ members = [], change }: FedEntry) => [
      ...members,
      ...(change?.members ?? []),
      ...(change?.left ?? []),
    ]
    return isIn(conversation) || entries.some((entry) => clientsOf(entry).some(isIn))
  }

  #trim(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
    const gathered = [...this.#done]
    const byPartition = new Map<SharedKeyValue, [string, Done][]>()
    for (const each of gathered) {
      const [, { vendor, conversation }] = each
      const home = this.partitions.of(vendor, conversation)
      byPartition.set(home, [...(byPartition.get(home) ?? []), each])
    }
    const trims = [...byPartition].map(([home, done]) => this.#trimIn(home, done))
    this.#trimming = Promise.all([this.#trimming, ...trims]).then(() => {})
  }

  /** Where it fails, the entries stay until they are found there. */
  async #trimIn(home: SharedKeyValue, done: readonly [string, Done][]): Promise<void> {
    await home.write((tx) => trimFeeds(tx, done)).catch(() => {})
    for (const [name, each] of done) if (this.#done.get(name) === each) this.#done.delete(name)
  }
}

const nameOf = (vendor: string, conversation: string): string => `${vendor}/${conversation}`

/** What has come to everybody on a line is on the newest one only as far as they share it. */
const withoutDone = (entries: readonly FedEntry[], done: Done, line: Line): readonly FedEntry[] => {
  const seq = Math.min(done.seq, sharedUpTo(line, done.line.count))
  return entries.filter((entry) => entry.seq > seq)
}

const trimFeeds = (tx: Transaction, done: readonly [string, Done][]): void => {
  for (const [, each] of done) {
    const key = [each.vendor, each.conversation]
    const entries = tx.get(feeds, key)
    const left = entries && withoutDone(entries, each, lineOf(tx, each.vendor, each.conversation))
    if (!entries || !left || left.length === entries.length) continue
    if (left.length > 0) tx.put(feeds, key, left)
    else tx.remove(feeds, key)
  }
}
