import type { Alarm, Clock } from '@daakia/protocol'
import { under } from '../../kv/keys.js'
import type { Partitions, SharedKeyValue } from '../../kv/port.js'
import type { Peers } from '../../peers/port.js'
import type { Feed } from './feed.js'
import { looksAt } from './lookers.js'
import { feeds } from './tables.js'
import type { ToldLate } from './told-late.js'

export interface StragglersParts {
  partitions: Partitions
  feed: Pick<Feed, 'project' | 'waiting'>
  peers: Pick<Peers, 'node' | 'members'>
  clock: Clock
  /** Told of what has come to clients by it. */
  toldLate(late: ToldLate): void
  failed(error: unknown): void
}

/** How often feeds are looked at: what is found there twice was left. */
const lookEveryMs = 2_000
/** So many conversations of a partition are brought on at once. */
const mostAtOnce = 256

/** Brings on what was said and did not come to all: for its node has died, or a partition was away. */
export class Stragglers {
  readonly #parts: StragglersParts
  /** By partition and conversation: the oldest entry that was there the last time. */
  #seen = new Map<string, number>()
  #alarm: Alarm | undefined
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: StragglersParts) {
    this.#parts = parts
    this.#lookLater()
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#alarm?.cancel()
    await this.#looking
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#alarm = this.#parts.clock.after(
      lookEveryMs,
      () => {
        this.#looking = this.#look().then(() => this.#lookLater())
      },
      'upkeep',
    )
  }

  async #look(): Promise<void> {
    const before = this.#seen
    this.#seen = new Map()
    const { all } = this.#parts.partitions
    const own = all.flatMap((partition, at) =>
      looksAt(this.#parts.peers, at) ? [this.#lookAt(partition, at, before)] : [],
    )
    await Promise.all(own.map((each) => each.catch(this.#parts.failed)))
  }

  async #lookAt(partition: SharedKeyValue, at: number, before: ReadonlyMap<string, number>): Promise<void> {
    const found = await partition.read((reader) => [...reader.range(feeds, { ...under(), limit: mostAtOnce })])
    for (const { key, value } of found) {
      const [vendor = '', conversation = ''] = key as [string, string]
      const name = `${at}/${vendor}/${conversation}`
      const [oldest] = value
      if (!oldest) continue
      this.#seen.set(name, oldest.seq)
      if (before.get(name) === oldest.seq) await this.#bringOn(vendor, conversation)
    }
  }

  async #bringOn(vendor: string, conversation: string): Promise<void> {
    const fed = await this.#parts.feed.waiting(vendor, conversation)
    if (!(await this.#parts.feed.project(fed))) return
    const { entries } = fed
    this.#parts.toldLate({
      ...{ vendor, conversation },
      clients: [...new Set(entries.flatMap(({ members = [] }) => members))],
      changes: entries.flatMap(({ seq, change }) => (change ? [{ vendor, conversation, seq, ...change }] : [])),
    })
  }
}
