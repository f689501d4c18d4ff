import type { Alarm, Clock } from '@daakia/protocol'
import type { Activity } from '../../activity.js'
import type { SharedKeyValue, Transaction } from '../../kv/port.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import { type ClientName, type Outcome, type RunChange, writeChange } from './client-record.js'
import { type Run, runs } from './shared-tables.js'

export interface LedgerOptions {
  kv: SharedKeyValue
  clock: Clock
  log: Log
  activity: Activity
  node: string
  /** False of a run whose node is known to be gone. */
  isAlive(run: string): boolean
  /** It is written. `came` are the connections that have come since it was written last. */
  written(client: ClientName, outcome: Outcome, came: readonly string[]): void
  /** Others have taken this node for dead, and give up what it had: all of it is to be put again. */
  givenUp(): void
}

/** What is to be written of a client, with the connections that have come meanwhile. */
export interface Entry extends RunChange {
  came?: readonly string[]
}

/** So many clients go in one transaction. */
const together = 200
/** After a failure it is tried again so much later. */
const patienceMs = 1_000
/** So often a node notes that it lives, for when nobody sees it die. */
const beatMs = 60_000

/** Writes what clients are on this node, as soon as it can, and together: nobody waits for it. */
export class Ledger {
  /** What of this node is in the store goes by this name. */
  run: string
  #waiting = new Map<string, Entry>()
  #writing: Promise<void> | undefined
  #alarm: Alarm | undefined
  #beat: Alarm | undefined
  #runs = 0

  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options)
    await options.kv.write((tx) => tx.put(runs, [ledger.run], ledger.#lives()))
    ledger.#beatLater()
    return ledger
  }

  private constructor(private readonly options: LedgerOptions) {
    this.run = this.#nextRun()
  }

  put(entry: Entry): void {
    const key = `${entry.vendor}\0${entry.client}`
    const before = this.#waiting.get(key)
    this.#waiting.set(key, before ? merged(before, entry) : entry)
    this.#writeSoon()
  }

  /** Writes that the node lives, and learns whether others take it for dead. */
  check(): void {
    this.#writeSoon()
  }

  /** Resolves when what was put is written, or could not be. */
  settled(): Promise<void> {
    return this.#writing ?? Promise.resolve()
  }

  async close(): Promise<void> {
    this.#beat?.cancel()
    this.#writeSoon()
    await this.settled()
    this.#alarm?.cancel()
  }

  #writeSoon(): void {
    this.#alarm?.cancel()
    this.#alarm = undefined
    this.#writing ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    const over = this.options.activity.begin()
    // What comes together is written together.
    await undefined
    let goesOn = true
    do goesOn = await this.#writeSome()
    while (goesOn && this.#waiting.size > 0)
    this.#writing = undefined
    over()
  }

  /** False where it is to be tried later. */
  async #writeSome(): Promise<boolean> {
    const some = [...this.#waiting].slice(0, together)
    for (const [key] of some) this.#waiting.delete(key)
    const entries = some.map(([, entry]) => entry)
    try {
      const outcomes = await this.options.kv.write((tx) => this.#write(tx, entries))
      if (outcomes) for (const [i, entry] of entries.entries()) this.#written(entry, outcomes[i] as Outcome)
      else await this.#beginAnew()
      return true
    } catch (error) {
      logFailure(this.options.log, {}, error, 'Who is there could not be stored')
      // What came meanwhile is newer.
      for (const [key, entry] of some) {
        const newer = this.#waiting.get(key)
        this.#waiting.set(key, newer ? merged(entry, newer) : entry)
      }
      this.#alarm ??= this.options.clock.after(patienceMs, () => this.#writeSoon(), 'upkeep')
      return false
    }
  }

  /** `undefined` where the run is over: then nothing is written. */
  #write(tx: Transaction, entries: readonly Entry[]): readonly Outcome[] | undefined {
    const own = tx.get(runs, [this.run])
    if (!own || own.over) return undefined
    tx.put(runs, [this.run], this.#lives())
    return entries.map((entry) => writeChange(tx, this.run, entry, this.options.isAlive))
  }

  #written({ vendor, client, came = [] }: Entry, outcome: Outcome): void {
    this.options.written({ vendor, client }, outcome, came)
  }

  async #beginAnew(): Promise<void> {
    const run = this.#nextRun()
    await this.options.kv.write((tx) => tx.put(runs, [run], this.#lives()))
    this.run = run
    this.options.givenUp()
  }

  #nextRun(): string {
    this.#runs++
    return this.#runs === 1 ? this.options.node : `${this.options.node} ${this.#runs}`
  }

  #lives(): Run {
    return { node: this.options.node, at: this.options.clock.now() }
  }

  #beatLater(): void {
    this.#beat = this.options.clock.after(
      beatMs,
      () => {
        this.#writeSoon()
        this.#beatLater()
      },
      'upkeep',
    )
  }
}

/** What both say, where the second is newer. */
const merged = (older: Entry, newer: Entry): Entry => ({
  ...wasBefore(older, newer),
  serves: Boolean(older.serves || newer.serves),
  came: [...(older.came ?? []), ...(newer.came ?? [])],
})

const wasBefore = (older: Entry, newer: Entry): Entry => {
  const was = older.status ?? older.was
  return was && !newer.status ? { ...newer, was } : newer
}
