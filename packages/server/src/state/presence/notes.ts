import type { Alarm, Presence as ClientPresence, Clock } from '@daakia/protocol'
import type { KeyValue, Transaction } from '../../kv/port.js'
import type { Log } from '../../log.js'
import { logFailure } from '../../not-now.js'
import { alive, lastSeen, present, servers } from './tables.js'

export interface NotesOptions {
  kv: KeyValue
  clock: Clock
  log: Log
  run: number
  /** Somebody is there. */
  anyone(): boolean
}

/** A presence of which is known since when. */
type Known = ClientPresence & { since: number }

/** What is to be written of one client: its presence, that it takes turns, or both. */
interface Note {
  vendor: string
  client: string
  presence?: Known
  serves?: true
}

/** As long what has changed waits for more, to be written with it. */
const gatherMs = 1_000

/** While nothing changes, that the server lives is noted again and again, after twice the time: a crash tells it to within that. */
const beatMs = { first: 60_000, last: 3_600_000 }

/** Writes what is known of clients, later and together: nobody waits for it. */
export class Notes {
  #waiting = new Map<string, Note>()
  #writing: ReadonlyMap<string, Note> = new Map()
  #writes: Promise<void> = Promise.resolve()
  #alarm: Alarm | undefined
  #beat: Alarm | undefined
  #beatMs = 0

  constructor(private readonly options: NotesOptions) {}

  put(note: Note): void {
    const key = keyOf(note.vendor, note.client)
    this.#waiting.set(key, { ...this.#waiting.get(key), ...note })
    this.#alarm ??= this.options.clock.after(gatherMs, () => void this.#writeNow(), 'upkeep')
    if (!this.#beat || this.#beatMs > beatMs.first) this.#beatLater(beatMs.first)
  }

  presence(vendor: string, client: string): Known | undefined {
    const since = this.#pending(vendor, client, 'presence') ?? this.options.kv.get(lastSeen, [vendor, client])
    return typeof since === 'number' ? { status: 'offline', since } : since
  }

  serves(vendor: string, client: string): boolean {
    return this.#pending(vendor, client, 'serves') ?? this.options.kv.get(servers, [vendor, client]) ?? false
  }

  async close(): Promise<void> {
    this.#beat?.cancel()
    await this.#writeNow()
    this.#alarm?.cancel()
  }

  #pending<K extends 'presence' | 'serves'>(vendor: string, client: string, what: K): Note[K] | undefined {
    const key = keyOf(vendor, client)
    return this.#waiting.get(key)?.[what] ?? this.#writing.get(key)?.[what]
  }

  #writeNow(): Promise<void> {
    this.#alarm?.cancel()
    this.#alarm = undefined
    this.#writes = this.#writes.then(() => this.#write())
    return this.#writes
  }

  async #write(): Promise<void> {
    const { kv, clock, log, run } = this.options
    const [notes, now] = [this.#waiting, clock.now()]
    this.#writing = notes
    this.#waiting = new Map()
    try {
      await kv.write((tx) => {
        for (const note of notes.values()) write(tx, note, run)
        tx.put(alive, [run], now)
      })
    } catch (error) {
      logFailure(log, {}, error, 'Who is there could not be stored')
      // What came meanwhile is newer.
      for (const [key, note] of notes) this.#waiting.set(key, { ...note, ...this.#waiting.get(key) })
      if (notes.size > 0) this.#alarm ??= clock.after(beatMs.first, () => void this.#writeNow(), 'upkeep')
    }
    this.#writing = new Map()
  }

  #beatLater(delayMs: number): void {
    this.#beat?.cancel()
    this.#beatMs = delayMs
    this.#beat = this.options.clock.after(
      delayMs,
      () => {
        this.#beat = undefined
        if (!this.options.anyone()) return
        void this.#writeNow()
        this.#beatLater(Math.min(delayMs * 2, beatMs.last))
      },
      'upkeep',
    )
  }
}

const write = (tx: Transaction, { vendor, client, presence, serves }: Note, run: number): void => {
  if (serves) tx.put(servers, [vendor, client], true)
  if (!presence) return
  const { status, since } = presence
  if (status === 'offline') {
    tx.put(lastSeen, [vendor, client], since)
    tx.remove(present, [vendor, client])
  } else tx.put(present, [vendor, client], { status, since, run })
}

const keyOf = (vendor: string, client: string) => `${vendor}\0${client}`
