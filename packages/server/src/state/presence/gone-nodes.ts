import type { Alarm, Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import { under } from '../../kv/keys.js'
import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import type { Peers } from '../../peers/port.js'
import { heaviest } from '../../rendezvous.js'
import { type ClientName, writeChange } from './client-record.js'
import { type Run, recordsOfRuns, runs } from './shared-tables.js'

export interface GoneNodesOptions {
  kv: SharedKeyValue
  peers: Peers
  clock: Clock
  log: Log
  activity: Activity
  graceMs: number
  changed(client: ClientName): void
}

/** One node gives up what another has left; where that does not happen, all others try it so much later. */
const insteadAfterMs = 5_000
const together = 100

/** Gives up what nodes had that are gone, when the grace is over. */
export class GoneNodes {
  readonly #alarms = new Map<string, Alarm>()
  /** Nodes that were seen to go. */
  readonly #gone = new Set<string>()
  readonly #stop: () => void
  #finding: Alarm | undefined
  #closed = false

  constructor(private readonly options: GoneNodesOptions) {
    this.#stop = options.peers.onChange(({ joined, left }) => {
      for (const node of joined) this.#cancel(node)
      for (const node of left) this.#left(node)
    })
  }

  has(node: string): boolean {
    return this.#gone.has(node)
  }

  /** Of nodes that have gone before this one came. */
  async find(): Promise<void> {
    const { kv, peers, graceMs } = this.options
    const known = await kv.read((reader) => [...reader.range(runs, under())].map(({ value }) => value.node))
    for (const node of new Set(known)) {
      if (await peers.isAlive(node)) continue
      this.#gone.add(node)
      this.#giveUpLater(node, graceMs)
    }
  }

  /** That nodes were given up may be lost. Where the leases of those that live are, too, they take them anew first. */
  findLater(): void {
    this.#finding?.cancel()
    this.#finding = this.options.clock.after(
      insteadAfterMs,
      () => {
        this.#finding = undefined
        this.#do(() => this.#findUntilDone())
      },
      'upkeep',
    )
  }

  close(): void {
    this.#closed = true
    this.#stop()
    this.#finding?.cancel()
    for (const alarm of this.#alarms.values()) alarm.cancel()
  }

  async #findUntilDone(): Promise<void> {
    try {
      await this.find()
    } catch (error) {
      if (!this.#closed) this.findLater()
      throw error
    }
  }

  #cancel(node: string): void {
    this.#gone.delete(node)
    this.#alarms.get(node)?.cancel()
    this.#alarms.delete(node)
  }

  #left(node: string): void {
    const { kv, clock, graceMs } = this.options
    this.#gone.add(node)
    this.#giveUpLater(node, graceMs)
    // Until now it counts as there.
    const now = clock.now()
    this.#do(() => kv.write((tx) => noteAlive(tx, node, now)))
  }

  #giveUpLater(node: string, delayMs: number): void {
    const { clock, peers } = this.options
    if (this.#alarms.has(node)) return
    const isFirst = heaviest(node, peers.members, (each) => each) === peers.node
    const wait = delayMs + (isFirst ? 0 : insteadAfterMs)
    this.#alarms.set(
      node,
      clock.after(wait, () => {
        this.#alarms.delete(node)
        this.#do(() => this.#giveUp(node))
      }),
    )
  }

  #do(work: () => Promise<void>): void {
    const over = this.options.activity.begin()
    work()
      .catch((error) => logFailure(this.options.log, {}, error, 'What a node had that is gone could not be given up'))
      .finally(over)
  }

  async #giveUp(node: string): Promise<void> {
    const { kv, peers } = this.options
    if (await peers.isAlive(node)) return void this.#gone.delete(node)
    const ended = await kv.write((tx) => end(tx, node))
    for (const [run, at] of ended) {
      for (let more = true; more; ) {
        const { clients, left } = await kv.write((tx) => giveUpSome(tx, run, at))
        for (const client of clients) this.options.changed(client)
        more = left
      }
      await kv.write((tx) => tx.remove(runs, [run]))
    }
    this.#gone.delete(node)
  }
}

const runsOf = (tx: Transaction, node: string): [run: string, value: Run][] =>
  [...tx.range(runs, under())]
    .filter(({ value }) => value.node === node)
    .map(({ key, value }) => [key[0] as string, value])

const noteAlive = (tx: Transaction, node: string, now: number): void => {
  for (const [run, value] of runsOf(tx, node))
    if (!value.over && value.at < now) tx.put(runs, [run], { ...value, at: now })
}

/** From now on the node writes nothing by the names that it has had, should it come back. Answers these, and when it lived. */
const end = (tx: Transaction, node: string): [run: string, at: number][] =>
  runsOf(tx, node).map(([run, value]) => {
    if (!value.over) tx.put(runs, [run], { ...value, over: true })
    return [run, value.at]
  })

const giveUpSome = (tx: Transaction, run: string, at: number) => {
  const found = [...tx.range(recordsOfRuns, { ...under(run), limit: together })]
  const clients: ClientName[] = []
  for (const { key } of found) {
    const client = { vendor: key[1] as string, client: key[2] as string }
    if (writeChange(tx, run, { ...client, since: at }, () => true).isNews) clients.push(client)
  }
  return { clients, left: found.length === together }
}
