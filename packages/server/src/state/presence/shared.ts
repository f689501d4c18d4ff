import type { Presence as ClientPresence, Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { SessionName } from '../../identity.js'
import { under } from '../../kv/keys.js'
import type { Reader, SharedKeyValue } from '../../kv/port.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import type { Letters, Peers } from '../../peers/port.js'
import type { ClientName, Outcome } from './client-record.js'
import { GoneNodes } from './gone-nodes.js'
import { Ledger } from './ledger.js'
import { type Ghost, Lingering } from './lingering.js'
import type { Attendance, Presence, PresenceNews } from './port.js'
import { clientRecords, type NodeStatus, recordsOfRuns } from './shared-tables.js'
import { lastSeen } from './tables.js'
import { Tallies } from './tallies.js'
import { Tally } from './tally.js'

export interface SharedPresenceOptions {
  kv: SharedKeyValue
  peers: Peers
  clock: Clock
  log: Log
  activity: Activity
  limits: Pick<ServerLimits, 'presenceGraceMs'>
}

/** A connection is here: where it lingers, it is not to be counted any more. */
type Letter = SessionName

/** The connections of a client on this node, with what was put of them last. */
class OwnTally extends Tally {
  put: NodeStatus | undefined
}

const listedAtOnce = 1_000
/** After a failure it is tried again so much later. */
const patienceMs = 1_000

/**
 * Presence over the nodes of a server. Each counts its own connections, as the embedded one does, and writes what a client
 * is by these; the transaction that does so finds out what it is over all nodes. So a node that reads finds the truth in
 * one place, and news are told when they can be read.
 */
export class SharedPresence implements Presence {
  readonly #tallies = new Tallies(() => new OwnTally(false))
  readonly #lingering: Lingering
  readonly #listeners = new Set<{ hear: (news: PresenceNews) => void }>()
  readonly #letters: Letters<Letter>
  readonly #gone: GoneNodes
  readonly #stopHearing: () => void
  #ledger!: Ledger
  #closed = false

  /** Those who were there on nodes that are gone linger. */
  static async open(options: SharedPresenceOptions): Promise<SharedPresence> {
    const presence = new SharedPresence(options)
    presence.#ledger = await Ledger.open({
      ...options,
      node: options.peers.node,
      isAlive: (run) => !presence.#gone.has(nodeOf(run)),
      written: (...written) => presence.#written(...written),
      givenUp: () => presence.#putAll(),
    })
    await presence.#gone.find()
    return presence
  }

  private constructor(private readonly options: SharedPresenceOptions) {
    const { clock, limits, peers } = options
    this.#lingering = new Lingering(clock, (ghost) => this.#over(ghost))
    this.#gone = new GoneNodes({
      ...options,
      graceMs: limits.presenceGraceMs,
      changed: (client) => this.#tell(client),
    })
    this.#letters = peers.open<Letter>('presence', {
      hear: (name) => this.#movedOn(name),
      // Before it has a ledger it has nothing to look after.
      missed: () => this.#ledger?.check(),
    })
    const stop = options.kv.setbacks?.listen({
      wentBack: (partition) => {
        if (partition === firstOfAll && this.#ledger) this.#wentBack()
      },
    })
    this.#stopHearing = () => stop?.()
  }

  enter(name: SessionName, as: Attendance): void {
    const tally = this.#tallies.of(name)
    const ghost = this.#lingering.get(name)
    if (ghost) this.#lay(ghost, tally)
    tally.add(as)
    this.#put(name, tally, this.options.clock.now(), { serves: as.serves, came: ghost ? [] : [name.connection] })
  }

  change(name: SessionName, from: Attendance, to: Attendance): void {
    const tally = this.#tallies.of(name)
    tally.add(from, -1)
    tally.add(to)
    this.#put(name, tally, this.options.clock.now(), { serves: to.serves && !from.serves })
  }

  leave(name: SessionName, as: Attendance): void {
    const { clock, limits } = this.options
    const { vendor, client, connection } = name
    const ghost = { vendor, client, connection, as, at: clock.now() }
    if (limits.presenceGraceMs > 0) this.#lingering.add(ghost, ghost.at + limits.presenceGraceMs)
    else this.#over(ghost)
  }

  async read(vendor: string, clients: readonly string[]): Promise<readonly ClientPresence[]> {
    await this.#ledger.settled()
    return this.options.kv.read((reader) => clients.map((client) => presenceOf(reader, vendor, client)))
  }

  async *present(vendor: string): AsyncIterable<string> {
    await this.#ledger.settled()
    let after: string | undefined
    do {
      const page = await this.options.kv.read((reader) => presentAfter(reader, vendor, after))
      for (const { client, status } of page) if (status !== 'offline') yield client
      after = page.length === listedAtOnce ? page.at(-1)?.client : undefined
    } while (after !== undefined)
  }

  onChange(listener: (news: PresenceNews) => void): () => void {
    const entry = { hear: listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  close(): Promise<void> {
    this.#closed = true
    this.#stopHearing()
    this.#letters.close()
    this.#gone.close()
    this.#lingering.close()
    return this.#ledger.close()
  }

  /** It counts no more: its connection is back. */
  #lay(ghost: Ghost, tally: Tally): void {
    this.#lingering.remove(ghost)
    tally.add(ghost.as, -1)
  }

  #over(ghost: Ghost): void {
    const tally = this.#tallies.of(ghost)
    tally.add(ghost.as, -1)
    this.#put(ghost, tally, ghost.at)
  }

  /** The connection is on another node now. */
  #movedOn(name: SessionName): void {
    const ghost = this.#lingering.get(name)
    if (!ghost) return
    const tally = this.#tallies.of(name)
    this.#lay(ghost, tally)
    this.#put(name, tally, this.options.clock.now())
  }

  #put(
    { vendor, client }: ClientName,
    tally: OwnTally,
    since: number,
    { serves = false, came = [] }: { serves?: boolean; came?: readonly string[] } = {},
  ): void {
    const status: NodeStatus = { all: tally.all, serving: tally.serving }
    if (tally.empty) this.#tallies.forget({ vendor, client })
    const isSame = tally.put?.all === status.all && tally.put.serving === status.serving
    if (isSame && !serves && came.length === 0) return
    tally.put = status
    this.#ledger.put({ vendor, client, since, serves, came, ...(!tally.empty && { status }) })
  }

  #putAll(): void {
    const since = this.options.clock.now()
    for (const [name, tally] of this.#tallies) {
      tally.put = undefined
      this.#put(name, tally, since, { serves: tally.serving !== 'offline' })
    }
  }

  /** What was written last may be gone: who has come since, who has left, and which nodes were given up. */
  #wentBack(): void {
    this.#putAll()
    this.#lookAgain()
    this.#gone.findLater()
  }

  #lookAgain(): void {
    const { clock, log, activity } = this.options
    const over = activity.begin()
    this.#takeOutLeft()
      .catch((error) => {
        logFailure(log, {}, error, 'Who has left could not be found')
        if (!this.#closed) clock.after(patienceMs, () => this.#lookAgain(), 'upkeep')
      })
      .finally(over)
  }

  /** Those who are stored as being here, and are not. */
  async #takeOutLeft(): Promise<void> {
    const { run } = this.#ledger
    let after: ClientName | undefined
    do {
      const page: readonly ClientName[] = await this.options.kv.read((reader) => storedAfter(reader, run, after))
      const left = page.filter(({ vendor, client }) => !this.#tallies.get(vendor, client))
      for (const name of left) this.#ledger.put({ ...name, since: this.options.clock.now() })
      after = page.length === listedAtOnce ? page.at(-1) : undefined
    } while (after !== undefined)
  }

  #written(client: ClientName, { isNews, others }: Outcome, came: readonly string[]): void {
    if (isNews) this.#tell(client)
    for (const node of new Set(others.map(nodeOf)))
      for (const connection of came) this.#letters.send(node, { ...client, connection })
  }

  #tell({ vendor, client }: ClientName): void {
    for (const { hear } of [...this.#listeners]) hear({ vendor, client })
  }
}

/** The partition that has what is kept here. */
const firstOfAll = 0

/** A node that was taken for dead goes on under another name, which begins with its own. */
const nodeOf = (run: string): string => run.split(' ')[0] as string

const presenceOf = (reader: Reader, vendor: string, client: string): ClientPresence => {
  const record = reader.get(clientRecords, [vendor, client])
  if (record && record.status !== 'offline') return { status: record.status, since: record.since }
  const since = reader.get(lastSeen, [vendor, client])
  return since === undefined ? { status: 'offline' } : { status: 'offline', since }
}

const storedAfter = (reader: Reader, run: string, after: ClientName | undefined): readonly ClientName[] => {
  const range = under(run)
  const from = after === undefined ? range.from : [run, after.vendor, after.client, 0]
  const found = reader.range(recordsOfRuns, { ...range, from, limit: listedAtOnce })
  return [...found].map(({ key }) => ({ vendor: key[1] as string, client: key[2] as string }))
}

const presentAfter = (reader: Reader, vendor: string, after: string | undefined) => {
  const range = under(vendor)
  const from = after === undefined ? range.from : [vendor, after, 0]
  const found = reader.range(clientRecords, { ...range, from, limit: listedAtOnce })
  return [...found].map(({ key, value }) => ({ client: key[1] as string, status: value.status }))
}
