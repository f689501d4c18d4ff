import type { Presence as ClientPresence, Clock } from '@daakia/protocol'
import type { SessionName } from '../../identity.js'
import { under } from '../../kv/keys.js'
import type { KeyValue } from '../../kv/port.js'
import type { ServerLimits } from '../../limits/server-limits.js'
import type { Log } from '../../log.js'
import { type Ghost, Lingering } from './lingering.js'
import { Notes } from './notes.js'
import type { Attendance, Presence, PresenceNews } from './port.js'
import { alive, present } from './tables.js'
import { Tallies } from './tallies.js'
import { outranks, Tally } from './tally.js'

export interface EmbeddedPresenceOptions {
  kv: KeyValue
  clock: Clock
  log: Log
  limits: Pick<ServerLimits, 'presenceGraceMs'>
}

type ClientName = Pick<SessionName, 'vendor' | 'client'>

/** Presence in the memory of this process, with what is known of those who left on its key-value engine. */
export class EmbeddedPresence implements Presence {
  readonly #tallies: Tallies<Tally>
  readonly #lingering: Lingering
  readonly #listeners = new Set<{ hear: (news: PresenceNews) => void }>()
  readonly #notes: Notes
  /** Clients that were there when the server died, and did not come back yet. */
  #restored = 0

  /** Those who were there when the server ended linger. */
  static async open(options: EmbeddedPresenceOptions): Promise<EmbeddedPresence> {
    const { kv } = options
    const runs = new Map([...kv.range(alive, under())].map(({ key, value }) => [key[0] as number, value]))
    const run = Math.max(0, ...runs.keys()) + 1
    const opened = new EmbeddedPresence(options, run)
    const used = new Set<number>()
    for (const { key, value } of kv.range(present, under())) {
      used.add(value.run)
      opened.#restore({ vendor: key[0] as string, client: key[1] as string }, value, runs.get(value.run) ?? value.since)
    }
    await kv.write((tx) => {
      for (const each of runs.keys()) if (!used.has(each)) tx.remove(alive, [each])
      tx.put(alive, [run], options.clock.now())
    })
    return opened
  }

  private constructor(
    private readonly options: EmbeddedPresenceOptions,
    run: number,
  ) {
    this.#lingering = new Lingering(options.clock, (ghost) => this.#over(ghost))
    this.#notes = new Notes({ ...options, run, anyone: () => !this.#tallies.empty })
    this.#tallies = new Tallies((vendor, client) => new Tally(this.#notes.serves(vendor, client)))
  }

  enter(name: SessionName, as: Attendance): void {
    const tally = this.#tallies.of(name)
    const before = this.#lingering.get(name)
    if (before) this.#lay(before, tally)
    this.#add(name, tally, as)
    if (this.#restored > 0) this.#returned(name, tally, as)
    this.#settle(name, tally, this.options.clock.now())
  }

  change(name: SessionName, from: Attendance, to: Attendance): void {
    const tally = this.#tallies.of(name)
    tally.add(from, -1)
    this.#add(name, tally, to)
    this.#settle(name, tally, this.options.clock.now())
  }

  leave(name: SessionName, as: Attendance): void {
    const { clock, limits } = this.options
    const { vendor, client, connection } = name
    const ghost = { vendor, client, connection, as, at: clock.now() }
    if (limits.presenceGraceMs > 0) this.#lingering.add(ghost, ghost.at + limits.presenceGraceMs)
    else this.#over(ghost)
  }

  async read(vendor: string, clients: readonly string[]): Promise<readonly ClientPresence[]> {
    return clients.map((client) => {
      const tally = this.#tallies.get(vendor, client)
      if (tally && tally.status !== 'offline') return { status: tally.status, since: tally.since }
      return this.#notes.presence(vendor, client) ?? { status: 'offline' }
    })
  }

  async *present(vendor: string): AsyncIterable<string> {
    for (const [client, { status }] of this.#tallies.in(vendor)) if (status !== 'offline') yield client
  }

  onChange(listener: (news: PresenceNews) => void): () => void {
    const entry = { hear: listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  close(): Promise<void> {
    this.#lingering.close()
    return this.#notes.close()
  }

  #restore(name: ClientName, { status, since }: { status: 'online' | 'away'; since: number }, at: number): void {
    const { clock, limits } = this.options
    const tally = this.#tallies.of(name)
    const as = { status, serves: tally.serves }
    tally.add(as)
    tally.settle(since)
    this.#restored++
    this.#lingering.add({ ...name, as, at }, clock.now() + limits.presenceGraceMs)
  }

  /** What comes back takes the place of what was there when the server died, and is noted as of this run. */
  #returned(name: ClientName, tally: Tally, as: Attendance): void {
    const ghost = this.#lingering.get({ vendor: name.vendor, client: name.client })
    if (!ghost || outranks(ghost.as.status, as.status) || (ghost.as.serves && !as.serves)) return
    this.#restored--
    this.#lay(ghost, tally)
    this.#note(name, tally)
  }

  /** It counts no more: its connection is back. */
  #lay(ghost: Ghost, tally: Tally): void {
    this.#lingering.remove(ghost)
    tally.add(ghost.as, -1)
  }

  #over(ghost: Ghost): void {
    if (ghost.connection === undefined) this.#restored--
    const tally = this.#tallies.of(ghost)
    tally.add(ghost.as, -1)
    this.#settle(ghost, tally, ghost.at)
  }

  #add(name: ClientName, tally: Tally, as: Attendance): void {
    tally.add(as)
    if (!as.serves || tally.serves) return
    tally.serves = true
    this.#notes.put({ vendor: name.vendor, client: name.client, serves: true })
  }

  #settle(name: ClientName, tally: Tally, since: number): void {
    if (tally.settle(since)) {
      this.#note(name, tally)
      const news = { vendor: name.vendor, client: name.client }
      for (const { hear } of [...this.#listeners]) hear(news)
    }
    if (tally.empty) this.#tallies.forget(name)
  }

  #note({ vendor, client }: ClientName, { status, since }: Tally): void {
    this.#notes.put({ vendor, client, presence: { status, since } })
  }
}
