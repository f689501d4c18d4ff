import { placeOf } from '../../src/archive/place-of.js'
import { tableNotes } from '../../src/archive/tables.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { createMessageCache } from '../../src/inbox/reader/index.js'
import { StorageError } from '../../src/kv/errors.js'
import { incarnations } from '../../src/kv/incarnations.js'
import { under } from '../../src/kv/keys.js'
import { memoryKeyValue } from '../../src/kv/memory.js'
import { numberOf } from '../../src/kv/partitions/number-of.js'
import { PartedKeyValue } from '../../src/kv/partitions/parted.js'
import type { KeyValue, Partitions, Reader, SharedKeyValue, Transaction } from '../../src/kv/port.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { Feed } from '../../src/persistence/feed/feed.js'
import { Reconciler } from '../../src/persistence/feed/reconciler.js'
import { Stragglers } from '../../src/persistence/feed/stragglers.js'
import type { ToldLate } from '../../src/persistence/feed/told-late.js'
import type { FeedEntry, MembershipEntry } from '../../src/persistence/port.js'
import { EmbeddedRoster } from '../../src/state/roster/embedded.js'
import { Gate } from './gate.js'
import { ManualClock } from './manual-clock.js'

export const vendor = 'acme'
const count = 4

/** The number of the partition of a conversation, or of a client. */
export const partitionOf = (name: string): number => numberOf(vendor, name, count)

/** The way of one node to one partition. */
class Way {
  isCut = false
  /** The next write is done, and what it answers is kept back. */
  gate: Gate | undefined

  constructor(
    private readonly to: () => SharedKeyValue,
    private readonly turnsAway: () => number,
    private readonly hadGoneBack: (times: number) => Promise<void>,
    private readonly hasLost: (times: number, goOn: (tx: Transaction) => void) => Promise<void>,
  ) {}

  get through(): SharedKeyValue {
    return {
      read: async (work) => {
        await turns(this.turnsAway())
        return this.isCut ? away() : this.to().read(work)
      },
      write: async (work, flushed) => {
        await turns(this.turnsAway())
        const gate = this.gate
        this.gate = undefined
        await gate?.pass()
        return this.isCut ? away() : this.to().write(work, flushed)
      },
      hadGoneBack: async (times) => {
        await turns(this.turnsAway())
        return this.isCut ? away() : this.hadGoneBack(times)
      },
      hasLost: async (times, goOn) => {
        await turns(this.turnsAway())
        return this.isCut ? away() : this.hasLost(times, goOn)
      },
      close: async () => {},
    }
  }
}

const away = () => Promise.reject(new StorageError('away', 'The partition is away'))

export interface PartedNode {
  kv: SharedKeyValue
  store: EmbeddedStore
  inbox: EmbeddedInbox
  roster: EmbeddedRoster
  late: ToldLate[]
  /** What was said, as the server is told of it. */
  said: FeedEntry[]
  /** Who has come and gone, as the server is told of it. */
  changed: MembershipEntry[]
  /** By the number of the partition. */
  ways: readonly Way[]
  clock: ManualClock
  /** Cuts it off from all partitions but this one. */
  cutOffBut(partition: number): void
  mend(): void
  /** So long that what was left is found, and brought on. */
  findStragglers(): Promise<void>
  /** So long that what was left of what is lost is found. */
  reconcile(): Promise<void>
}

const lookEveryMs = 2_000

/** Nodes that share partitions in memory. */
export const partedNodes = () => {
  const shared = Array.from({ length: count }, () => memoryKeyValue())
  const names: string[] = []
  /** How often those had gone back that nobody has looked at since they did once more. */
  const unseen = new Map<number, number>()
  const hearing: ((partition: number) => void)[] = []
  const forgetting: ((partition: number) => void)[] = []
  /**
   * `isDeaf`: it is the last one to hear that a partition went back, which is after the test. `turnsAway`: so many turns of the event
   * loop it takes to a partition.
   */
  const open = async ({ isDeaf = false, turnsAway = (): number => 0 } = {}): Promise<PartedNode> => {
    const clock = new ManualClock()
    const ways = shared.map(
      (_, partition) =>
        new Way(
          () => shared[partition] as KeyValue,
          turnsAway,
          (times) => hadGoneBack(partition, times),
          (times, goOn) => hadGoneBack(partition, times + 1, { next: times + 1, goOn }),
        ),
    )
    const all = ways.map(({ through }) => through) as unknown as Partitions['all']
    const kv = new PartedKeyValue(all, placeOf)
    const { partitions } = kv
    const inbox = await EmbeddedInbox.open({ kv })
    const roster: EmbeddedRoster = new EmbeddedRoster(kv, { tally: (...asked) => store.tally(...asked) })
    const feed = new Feed({ partitions, clock, inbox, membershipProjections: [roster] })
    const said: FeedEntry[] = []
    const changed: MembershipEntry[] = []
    const store: EmbeddedStore = new EmbeddedStore({
      ...{ kv, shared: true, feed },
      committed: (entries) => said.push(...entries),
      membersChanged: (entries) => changed.push(...entries),
    })
    const node = `node-${names.length}`
    names.push(node)
    const late: ToldLate[] = []
    const peers = { node, members: names }
    const failed = () => {}
    new Stragglers({ partitions, feed, peers, clock, toldLate: (each) => late.push(each), failed })
    const reconciler = new Reconciler({ partitions, feed, peers, clock, reconciled: () => {}, failed })
    forgetting.push((partition) => feed.wentBack(all[partition] as SharedKeyValue))
    hearing.push((partition) => {
      if (isDeaf) return
      feed.wentBack(all[partition] as SharedKeyValue)
      reconciler.wentBack()
    })
    const cut = (isCut: (partition: number) => boolean) => {
      for (const [partition, way] of ways.entries()) way.isCut = isCut(partition)
    }
    return {
      ...{ kv, store, inbox, roster, late, said, changed, ways, clock },
      cutOffBut: (partition) => cut((each) => each !== partition),
      mend: () => cut(() => false),
      async reconcile() {
        clock.advance(60_000)
        await settled()
      },
      async findStragglers() {
        for (let look = 0; look < 2; look++) {
          clock.advance(lookEveryMs)
          await settled()
        }
      },
    }
  }
  const tellAll = (partition: number) => {
    for (const hear of hearing) hear(partition)
  }
  const countIn = (reader: Reader) => reader.get(incarnations, [0])?.[0] ?? 0
  const raise = (tx: Transaction, count: number) => tx.put(incarnations, [0], [count, count])
  const hadGoneBack = (
    partition: number,
    times: number,
    { next = times + 1, goOn = (_: Transaction): void => {} } = {},
  ) =>
    (shared[partition] as KeyValue).write(
      (tx) => {
        const isNews = countIn(tx) < times
        if (isNews) raise(tx, next)
        if (isNews) goOn(tx)
        return isNews
      },
      (isNews) => {
        if (isNews) tellAll(partition)
      },
    )
  /**
   * Answers the way to bring a partition back to what it has now: nodes know at once that it went back, or have seen nothing of what is
   * lost.
   */
  const remember = (partition: number) => {
    const kept = entriesOf(shared[partition] as KeyValue)
    return async ({ isSeen = true } = {}) => {
      const count = countIn(shared[partition] as KeyValue)
      const kv = memoryKeyValue()
      await kv.write((tx) => {
        for (const { table, key, value } of kept) tx.put(table, key, value)
        if (isSeen) raise(tx, count + 1)
      })
      shared[partition] = kv
      if (isSeen) return tellAll(partition)
      for (const forget of forgetting) forget(partition)
      unseen.set(partition, Math.max(count, unseen.get(partition) ?? 0))
    }
  }
  /** Those who had seen what is lost look, where nobody has looked since. */
  const notice = async (partition: number) => {
    const count = unseen.get(partition)
    unseen.delete(partition)
    if (count !== undefined) await hadGoneBack(partition, count + 1, { next: count + 1 })
  }
  return { open, shared, remember, notice }
}

const entriesOf = (kv: KeyValue) =>
  tableNotes.flatMap(({ table }) => [...kv.range(table, under())].map((entry) => ({ table, ...entry })))

/** So many turns of the event loop that what is in memory has ended. */
const settled = (): Promise<void> => turns(50)

export const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Holds back what the next write of the node to the partition of this client answers. */
export const holdNextWrite = ({ ways }: PartedNode, client: string): Gate => {
  const gate = new Gate()
  const way = ways[partitionOf(client)]
  if (way) way.gate = gate
  return gate
}

/** What an inbox has, in order; 0 in the place of what is lost. */
export const pointers = async ({ inbox }: PartedNode, client: string): Promise<string[]> =>
  (await inbox.read(vendor, client, 0, 2_000)).map(({ conversation, seq }) => `${conversation}/${seq}`)

/** To what an inbox leads; nothing in the place of what leads nowhere. */
export const messagesOf = async ({ store, inbox }: PartedNode, client: string) => {
  const messages = createMessageCache(store)
  const found: { conversation: string; seq: number; id: string }[] = []
  for (const { conversation, seq, line } of await inbox.read(vendor, client, 0, 2_000)) {
    const message = await messages.get(vendor, conversation, seq, { line, client })
    if (message) found.push({ conversation, seq, id: message.id })
  }
  return found
}

export const read = async (node: PartedNode, client: string): Promise<string[]> =>
  (await messagesOf(node, client)).map(({ seq, id }) => `${seq} ${id}`)

export const say = ({ store }: PartedNode, conversation: string, from: string, id: string) =>
  store.append(vendor, conversation, { from, id, at: 1_000, type: 'text', payload: new Uint8Array() })
